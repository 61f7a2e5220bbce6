using System.Text;
using System.Text.Json.Nodes;

namespace DocExchange.Tests.Fuzzing;

/// <summary>Every value in a JSON text, so that a test can put another in the place of each.</summary>
internal static class JsonPlaces
{
    /// <summary>As paths that <see cref="JsonNode.GetPath"/> gives, the root left out.</summary>
    public static IEnumerable<string> Of(byte[] json) => Below(JsonNode.Parse(json)!).Select(each => each.Path);

    /// <param name="other">As JSON.</param>
    public static byte[] With(byte[] json, string path, string other)
    {
        var root = JsonNode.Parse(json)!;
        var place = Below(root).First(each => each.Path == path);
        place.Put(JsonNode.Parse(other));
        return Encoding.UTF8.GetBytes(root.ToJsonString());
    }

    private static IEnumerable<(string Path, Action<JsonNode?> Put)> Below(JsonNode node) => node switch
    {
        JsonObject members => members.ToList().SelectMany(member => At($"{node.GetPath()}.{member.Key}", member.Value, other => members[member.Key] = other)),
        JsonArray items => items.ToList().Index().SelectMany(item => At($"{node.GetPath()}[{item.Index}]", item.Item, other => items[item.Index] = other)),
        _ => [],
    };

    private static IEnumerable<(string Path, Action<JsonNode?> Put)> At(string path, JsonNode? value, Action<JsonNode?> put) =>
        [(path, put), .. value is null ? [] : Below(value)];
}
