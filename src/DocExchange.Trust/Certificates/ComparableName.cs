using System.Text;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.X509;

namespace DocExchange.Trust.Certificates;

/// <summary>
/// A distinguished name as text to compare part by part (RFC 5280 §7.1): neither case, blanks, nor the kind of string
/// matter, nor the order inside a part. Where names chain, case is that of single characters and no form of a character is
/// another's: a signature decides there. Constraints, where nothing else decides, compare what <see cref="NameFolding"/> makes of them.
/// </summary>
internal sealed class ComparableName
{
    private readonly List<string> parts;

    private ComparableName(List<string> parts) => this.parts = parts;

    public bool IsEmpty => parts.Count == 0;

    public int Count => parts.Count;

    public static ComparableName Of(X509Name name) => Of(Asn1Sequence.GetInstance(name.ToAsn1Object()));

    public static ComparableName Folded(X509Name name) =>
        new([.. Asn1Sequence.GetInstance(name.ToAsn1Object()).Select(part => Part(Asn1Set.GetInstance(part), NameFolding.Of))]);

    /// <param name="name">The parts of a name, or one relative part beside those of its issuer.</param>
    public static ComparableName Of(Asn1Sequence name) => new([.. name.Select(part => Part(Asn1Set.GetInstance(part), Normalized))]);

    public ComparableName With(Asn1Set relative) => new([.. parts, Part(relative, Normalized)]);

    public bool IsWithin(ComparableName subtree) => parts.Count >= subtree.parts.Count && subtree.parts.Index().All(part => part.Item == parts[part.Index]);

    public bool Matches(ComparableName other) => parts.SequenceEqual(other.parts);

    public override string ToString() => string.Join('\n', parts);

    private static string Part(Asn1Set part, Func<string, string> prepare) =>
        string.Join('\u0001', part.Select(attribute => Attribute(attribute, prepare)).Order(StringComparer.Ordinal));

    private static string Attribute(Asn1Encodable element, Func<string, string> prepare)
    {
        var pair = Asn1Sequence.GetInstance(element);
        var value = TextOf(pair[1]) is { } text ? prepare(text) : "#" + Convert.ToHexString(pair[1].GetEncoded());
        return DerObjectIdentifier.GetInstance(pair[0]).Id + "=" + value;
    }

    // The library gives a UniversalString as hexadecimal digits.
    private static string? TextOf(Asn1Encodable value) => value is DerUniversalString wide ? Encoding.GetEncoding("utf-32BE").GetString(wide.GetOctets()) : (value as IAsn1String)?.GetString();

    private static string Normalized(string value) =>
        string.Join(' ', value.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).ToLowerInvariant();
}
