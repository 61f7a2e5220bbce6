using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.X509;

namespace DocExchange.Trust.Certificates;

/// <summary>
/// A distinguished name as text to compare part by part (RFC 5280 §7.1): neither case, blanks, nor the kind of string
/// matter, nor the order inside a part.
/// </summary>
internal sealed class ComparableName
{
    private readonly List<string> parts;

    private ComparableName(List<string> parts) => this.parts = parts;

    public bool IsEmpty => parts.Count == 0;

    public static ComparableName Of(X509Name name) => Of(Asn1Sequence.GetInstance(name.ToAsn1Object()));

    /// <param name="name">The parts of a name, or one relative part beside those of its issuer.</param>
    public static ComparableName Of(Asn1Sequence name) => new([.. name.Select(part => Part(Asn1Set.GetInstance(part)))]);

    public ComparableName With(Asn1Set relative) => new([.. parts, Part(relative)]);

    public bool IsWithin(ComparableName subtree) => parts.Count >= subtree.parts.Count && parts.Take(subtree.parts.Count).SequenceEqual(subtree.parts);

    public bool Matches(ComparableName other) => parts.SequenceEqual(other.parts);

    public override string ToString() => string.Join('\n', parts);

    private static string Part(Asn1Set part) => string.Join('\u0001', part.Select(Attribute).Order(StringComparer.Ordinal));

    private static string Attribute(Asn1Encodable element)
    {
        var pair = Asn1Sequence.GetInstance(element);
        var value = pair[1] is IAsn1String text ? Normalized(text.GetString()) : "#" + Convert.ToHexString(pair[1].GetEncoded());
        return DerObjectIdentifier.GetInstance(pair[0]).Id + "=" + value;
    }

    private static string Normalized(string value) =>
        string.Join(' ', value.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).ToLowerInvariant();
}
