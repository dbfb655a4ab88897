using System.Globalization;
using System.Reflection;
using Npgsql;
using Xunit.Sdk;

namespace AnyEcg.Store.Tests;

/// <summary>Gives each test a database of its own; the PostgreSQL server is started when first needed.</summary>
public sealed class Places : IDisposable
{
    private PostgresServer? server;
    private int made;

    public void Dispose() => server?.Dispose();

    internal TestPlace New(string provider) => provider == OnSqliteAttribute.Provider ? new SqlitePlace() : NewPostgres();

    private PostgresPlace NewPostgres()
    {
        server ??= PostgresServer.Start();
        string name = string.Create(CultureInfo.InvariantCulture, $"t{made++}");
        using NpgsqlConnection connection = new(server.ConnectionString("postgres"));
        connection.Open();
#pragma warning disable CA2100 // The name is made here.
        using NpgsqlCommand create = new($"CREATE DATABASE {name}", connection);
#pragma warning restore CA2100
        create.ExecuteNonQuery();
        return new PostgresPlace(server.ConnectionString(name));
    }
}

/// <summary>Tests that share the server, one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class PlacesCollection : ICollectionFixture<Places>
{
    public const string Name = "places";
}

/// <summary>Runs a theory on a SQLite file.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class OnSqliteAttribute : DataAttribute
{
    public const string Provider = "sqlite";

    public override IEnumerable<object[]> GetData(MethodInfo testMethod) => [[Provider]];
}

/// <summary>Runs a theory on a real PostgreSQL; skipped with a reason where that is not installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class OnPostgresAttribute : DataAttribute
{
    public OnPostgresAttribute() => Skip = PostgresServer.IsInstalled ? null : PostgresServer.Missing;

    public override IEnumerable<object[]> GetData(MethodInfo testMethod) => [["postgresql"]];
}

/// <summary>A fact that needs PostgreSQL.</summary>
public sealed class PostgresFactAttribute : FactAttribute
{
    public PostgresFactAttribute() => Skip = PostgresServer.IsInstalled ? null : PostgresServer.Missing;
}
