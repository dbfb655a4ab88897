using System.Security.Cryptography;
using System.Text;

namespace AnyEcg.Mqtt;

/// <summary>Who may connect, publish and subscribe. Immutable, any thread.</summary>
internal sealed class AccessRules(EmbeddedBrokerOptions options)
{
    private readonly Dictionary<string, BrokerUser> users = options.Users.ToDictionary(user => user.Name);

    /// <summary>Success, or why the CONNECT is refused; with users listed, <paramref name="user"/> is the one it named.</summary>
    public MqttReasonCode Admit(ConnectPacket connect, out BrokerUser? user)
    {
        user = null;
        if (connect.AuthenticationMethod is not null)
            return MqttReasonCode.BadAuthenticationMethod;
        bool lastsWithoutName = connect is { Version: MqttVersion.V311, CleanStart: false, ClientId: "" };
        if (lastsWithoutName || connect.ClientId.Length > options.MaxClientIdLength)
            return MqttReasonCode.ClientIdentifierNotValid;
        if (!IsKnown(connect, out user))
            return MqttReasonCode.BadUserNameOrPassword;
        if (connect.Will is not { } will)
            return MqttReasonCode.Success;
        if (will.Qos > options.MaxQos)
            return MqttReasonCode.QosNotSupported;
        return MayPublish(user, will.Topic) ? MqttReasonCode.Success : MqttReasonCode.NotAuthorized;
    }

    /// <param name="user">Null: no users are listed, everything is allowed.</param>
    /// <param name="topic">A valid topic name.</param>
    public static bool MayPublish(BrokerUser? user, string topic)
    {
        if (user is null)
            return true;
        foreach (string filter in user.MayPublish)
        {
            if (MqttTopic.Matches(filter, topic))
                return true;
        }

        return false;
    }

    /// <param name="user">Null: no users are listed, everything is allowed.</param>
    /// <param name="filter">A valid topic filter; of a shared subscription the inner one.</param>
    public static bool MaySubscribe(BrokerUser? user, string filter)
    {
        if (user is null)
            return true;
        foreach (string allowed in user.MaySubscribe)
        {
            if (Covers(allowed, filter))
                return true;
        }

        return false;
    }

    /// <summary>Whether every name that <paramref name="filter"/> matches is matched by <paramref name="allowed"/> too.</summary>
    internal static bool Covers(ReadOnlySpan<char> allowed, ReadOnlySpan<char> filter)
    {
        if (filter[0] == '$' && allowed[0] is '+' or '#')
            return false;
        while (true)
        {
            ReadOnlySpan<char> wide = MqttTopic.TakeLevel(ref allowed, out bool allowedEnds);
            if (wide is "#")
                return true;
            ReadOnlySpan<char> level = MqttTopic.TakeLevel(ref filter, out bool filterEnds);
            if (level is "#" || (wide is not "+" && !wide.SequenceEqual(level)))
                return false;
            if (allowedEnds || filterEnds)
                return (allowedEnds && filterEnds) || (filterEnds && allowed is "#");
        }
    }

    private bool IsKnown(ConnectPacket connect, out BrokerUser? user)
    {
        user = null;
        if (options.Authenticate is { } authenticate && !authenticate(connect.ClientId, connect.UserName, connect.Password))
            return false;
        return users.Count == 0 || (users.TryGetValue(connect.UserName ?? "", out user) && IsSame(user.Password, connect.Password ?? ""));
    }

    /// <summary>Takes the same time wherever the two differ.</summary>
    private static bool IsSame(string expected, string given) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(expected), Encoding.UTF8.GetBytes(given));
}
