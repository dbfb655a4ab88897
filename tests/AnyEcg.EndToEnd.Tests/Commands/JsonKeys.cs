using System.Text.Json;

namespace AnyEcg.EndToEnd.Tests;

/// <summary>Keys that users' scripts rely on.</summary>
internal static class JsonKeys
{
    /// <summary>Follows a path of names; an array on the way stands for each of its elements, and must have one.</summary>
    public static void AssertPresent(JsonElement element, string path)
    {
        foreach (string name in path.Split('.'))
        {
            if (element.ValueKind == JsonValueKind.Array)
            {
                Assert.True(element.GetArrayLength() > 0, $"{path}: the array is empty.");
                element = element[0];
            }

            Assert.True(element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out element), $"{path} is missing.");
        }
    }
}
