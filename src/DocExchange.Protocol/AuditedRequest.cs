using System.Globalization;
using DocExchange.Trust.Digests;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace DocExchange.Protocol;

/// <summary>What of a request goes into the audit trail: its plain fields; of bytes, size and SHA-256; of secrets, nothing.</summary>
public static class AuditedRequest
{
    private const int MaxElements = 20;

    private static readonly string[] Secrets = ["secret", "password", "passphrase", "pin", "token", "private_key"];

    public static Dictionary<string, string> Describe(IMessage? request) => request is null
        ? []
        : request.Descriptor.Fields.InDeclarationOrder()
            .Where(field => !IsSecret(field))
            .Select(field => (field.Name, Value: Describe(field, field.Accessor.GetValue(request))))
            .Where(each => each.Value.Length > 0)
            .ToDictionary(each => each.Name, each => each.Value);

    private static bool IsSecret(FieldDescriptor field) => Secrets.Any(word => ("_" + field.Name + "_").Contains($"_{word}_", StringComparison.Ordinal));

    private static string Describe(FieldDescriptor field, object? value) => value switch
    {
        null => "",
        System.Collections.IList { Count: 0 } => "",
        System.Collections.IList list when !field.IsMap => string.Join(' ', list.Cast<object>().Take(MaxElements).Select(DescribeOne))
            + (list.Count > MaxElements ? string.Create(CultureInfo.InvariantCulture, $" … {list.Count}") : ""),
        _ => DescribeOne(value),
    };

    private static string DescribeOne(object value) => value switch
    {
        string text => text,
        true => "true",
        ByteString { Length: 0 } => "",
        ByteString bytes => string.Create(CultureInfo.InvariantCulture, $"{bytes.Length} bytes, sha256 {Digest.Of(bytes.Span)}"),
        IMessage message => string.Join(", ", Describe(message).Select(each => $"{each.Key} {each.Value}")),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => "",
    };
}
