using System.Formats.Asn1;
using System.Numerics;
using DocExchange.Trust.Keys;
using DocExchange.Trust.Signatures;

namespace DocExchange.Tests.Trust.Signatures;

/// <summary>
/// A CMS put together piece by piece, so that a test can replace one of them. Left alone it is what the product itself
/// writes, apart from the signature value. Sets stay in the order given.
/// </summary>
internal sealed record ForgedCms
{
    public const string Data = "1.2.840.113549.1.7.1";
    public const string Sha256 = "2.16.840.1.101.3.4.2.1";

    public required Func<byte[], byte[]> Signature { get; init; }

    public required IReadOnlyList<byte[]> Certificates { get; init; }

    public required IReadOnlyList<byte[]> Attributes { get; init; }

    public required byte[]? Identifier { get; init; }

    public required byte[] SignatureAlgorithm { get; init; }

    public byte[] DigestAlgorithm { get; init; } = Algorithm(Sha256);

    public byte[]? ListedDigestAlgorithm { get; init; }

    public IReadOnlyList<byte[]> UnsignedAttributes { get; init; } = [];

    public bool HasSignedAttributes { get; init; } = true;

    public string ContentType { get; init; } = Data;

    public string OuterType { get; init; } = "1.2.840.113549.1.7.2";

    public byte[]? Content { get; init; }

    public int Version { get; init; } = 1;

    public int SignerVersion { get; init; } = 1;

    public int Copies { get; init; } = 1;

    public static ForgedCms Of(ISigningKey key, byte[] content)
    {
        var profile = CmsProfile.Of(key.Algorithm);
        var attributes = CmsWriter.SignedAttributes(key.Certificate, profile, DigestAlgorithms.Hash(profile.Digest, content), SigningOffice.Now);
        var fields = CertificateFields.Of(key.Certificate);
        return new ForgedCms
        {
            Signature = signed => key.SignAsync(signed, CancellationToken.None).AsTask().GetAwaiter().GetResult(),
            Certificates = [key.Certificate.Der],
            Attributes = Split(attributes),
            Identifier = Sequence(fields.Issuer.ToArray(), Tlv(0x02, fields.SerialNumber.ToArray())),
            DigestAlgorithm = Algorithm(DigestAlgorithms.OidOf(profile.Digest)),
            SignatureAlgorithm = profile.HasNullParameters ? Sequence(Oid(profile.SignatureOid), [5, 0]) : Algorithm(profile.SignatureOid),
            Content = content,
        };
    }

    /// <summary>The same with one signed attribute replaced, added at its place in the order, or (null) left out.</summary>
    public ForgedCms WithAttribute(string oid, params byte[][]? values)
    {
        var others = Attributes.Where(attribute => OidOf(attribute) != oid);
        return this with { Attributes = Sort(values is null ? others : others.Append(Attribute(oid, values))) };
    }

    public ForgedCms WithMore(params byte[][] attributes) => this with { Attributes = Sort(Attributes.Concat(attributes)) };

    public byte[] Encode()
    {
        byte[] attributes = Concat(Attributes);
        var covered = HasSignedAttributes ? Tlv(0x31, attributes) : Content ?? [];
        var signer = Sequence(
            Tlv(0x02, [(byte)SignerVersion]),
            Identifier ?? [],
            DigestAlgorithm,
            HasSignedAttributes ? Tlv(0xA0, attributes) : [],
            SignatureAlgorithm,
            Tlv(0x04, Signature(covered)),
            UnsignedAttributes.Count > 0 ? Tlv(0xA1, Concat(UnsignedAttributes)) : []);
        var content = Sequence(Oid(ContentType), Content is null ? [] : Tlv(0xA0, Tlv(0x04, Content)));
        var data = Sequence(
            Tlv(0x02, [(byte)Version]),
            Tlv(0x31, ListedDigestAlgorithm ?? DigestAlgorithm),
            content,
            Tlv(0xA0, Concat(Certificates)),
            Tlv(0x31, Concat(Enumerable.Repeat(signer, Copies))));
        return Sequence(Oid(OuterType), Tlv(0xA0, data));
    }

    public static byte[] Attribute(string oid, params byte[][] values) => Sequence(Oid(oid), Tlv(0x31, Concat(values)));

    public static byte[] Algorithm(string oid) => Sequence(Oid(oid));

    public static byte[] Oid(string oid)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        writer.WriteObjectIdentifier(oid);
        return writer.Encode();
    }

    public static byte[] Octets(byte[] value) => Tlv(0x04, value);

    public static byte[] UtcTime(DateTimeOffset time)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        writer.WriteUtcTime(time);
        return writer.Encode();
    }

    public static byte[] Pair(BigInteger r, BigInteger s)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(r);
            writer.WriteInteger(s);
        }

        return writer.Encode();
    }

    public static byte[] Sequence(params byte[][] parts) => Tlv(0x30, Concat(parts));

    public static byte[] Tlv(byte tag, byte[] value)
    {
        byte[] length = value.Length switch
        {
            < 0x80 => [(byte)value.Length],
            < 0x100 => [0x81, (byte)value.Length],
            < 0x10000 => [0x82, (byte)(value.Length >> 8), (byte)value.Length],
            _ => [0x83, (byte)(value.Length >> 16), (byte)(value.Length >> 8), (byte)value.Length],
        };
        return [tag, .. length, .. value];
    }

    public static string OidOf(byte[] attribute) => new AsnReader(attribute, AsnEncodingRules.BER).ReadSequence().ReadObjectIdentifier();

    private static byte[] Concat(IEnumerable<byte[]> parts) => [.. parts.SelectMany(part => part)];

    private static List<byte[]> Sort(IEnumerable<byte[]> encodings) =>
        [.. encodings.Order(Comparer<byte[]>.Create(static (left, right) => left.AsSpan().SequenceCompareTo(right)))];

    private static List<byte[]> Split(byte[] set)
    {
        var parts = new List<byte[]>();
        var reader = new AsnReader(set, AsnEncodingRules.DER).ReadSetOf();
        while (reader.HasData)
        {
            parts.Add(reader.ReadEncodedValue().ToArray());
        }

        return parts;
    }
}
