using System.Formats.Asn1;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Digests;
using DocExchange.Trust.Validation;

namespace DocExchange.Trust.Signatures;

/// <summary>
/// Certificates and revocation data that a signature carries, in the forms that are met: in the sets of the SignedData, OCSP
/// answers whole (RFC 5940 §2.1) or without their envelope, and in the unsigned attributes certificate-values and
/// revocation-values (RFC 5126 §6.3.3, §6.3.4; ETSI EN 319 122-1 Annex A). Nothing in them is believed before its own
/// signature was verified; what cannot be read is left out.
/// </summary>
internal sealed class ValidationValues
{
    private static readonly Asn1Tag Tag0 = new(TagClass.ContextSpecific, 0, isConstructed: true);
    private static readonly Asn1Tag Tag1 = new(TagClass.ContextSpecific, 1, isConstructed: true);

    private static readonly (string Chinese, string English) RevocationsName = ("revocation-values 中的吊销信息", "lists and answers in revocation-values");

    private readonly CmsLimits limits;
    private readonly List<Certificate> certificates = [];
    private readonly List<RevocationList> lists = [];
    private readonly List<OcspResponse> answers = [];
    private readonly HashSet<Finding> leftOut = [];
    private int certificatesLeft;
    private int revocationsLeft;

    private ValidationValues(CmsLimits limits)
    {
        this.limits = limits;
        certificatesLeft = limits.MaxCertificates;
        revocationsLeft = limits.MaxRevocationInfos;
    }

    public IReadOnlyList<Certificate> Certificates => certificates;

    public IReadOnlyList<RevocationList> RevocationLists => lists;

    public IReadOnlyList<OcspResponse> OcspResponses => answers;

    /// <summary>What is beyond the limits, which are on all together. Anybody may add to it.</summary>
    public IEnumerable<Finding> LeftOut => leftOut;

    /// <summary>What the unsigned attributes of these signers hold.</summary>
    public static ValidationValues In(IEnumerable<CmsSignerInfo> signers, CmsLimits limits)
    {
        var found = new ValidationValues(limits);
        var values = from signer in signers
                     from attribute in signer.UnsignedAttributes?.All ?? []
                     where attribute.Oid is Oids.CertificateValues or Oids.RevocationValues
                     from value in attribute.Values
                     select (attribute.Oid, value);
        foreach (var (oid, value) in values)
        {
            found.Add(oid, value);
        }

        return found;
    }

    /// <summary>Of what a value of revocation-values holds, as far as it is read.</summary>
    public static IReadOnlyList<Digest> RevocationsIn(ReadOnlyMemory<byte> value, CmsLimits limits)
    {
        var found = new ValidationValues(limits);
        found.Add(Oids.RevocationValues, value);
        return [.. found.lists.Select(list => list.Fingerprint), .. found.answers.Select(answer => answer.Fingerprint)];
    }

    /// <summary>Of a list or answer among revocation information; null for what is neither.</summary>
    public static Digest? FingerprintOf(ReadOnlyMemory<byte> encoded) => encoded.Span[0] == 0x30 ? Digest.Of(encoded.Span) : TryReadOther(encoded)?.Fingerprint;

    /// <summary>Null for what is no list.</summary>
    public static RevocationList? TryReadList(ReadOnlyMemory<byte> encoded)
    {
        try
        {
            return encoded.Span[0] == 0x30 ? RevocationList.Parse(encoded.Span) : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }

    /// <summary>An OCSP answer as another form of revocation information; null for what is none.</summary>
    public static OcspResponse? TryReadOther(ReadOnlyMemory<byte> encoded)
    {
        try
        {
            if (encoded.Span[0] != 0xA1)
            {
                return null;
            }

            var other = new AsnReader(encoded, AsnEncodingRules.BER).ReadSequence(Tag1);
            return other.ReadObjectIdentifier() switch
            {
                Oids.OcspResponseFormat => OcspResponse.Parse(other.ReadEncodedValue().Span),
                Oids.OcspBasic => TryReadBasic(other.ReadEncodedValue()),
                _ => null,
            };
        }
        catch (Exception fault) when (fault is FormatException or AsnContentException)
        {
            return null;
        }
    }

    /// <summary>A BasicOCSPResponse without its envelope, which says no more than that the responder answered (RFC 6960 §4.2.1).</summary>
    private static OcspResponse? TryReadBasic(ReadOnlyMemory<byte> basic)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteEncodedValue([0x0A, 0x01, 0x00]);
            using (writer.PushSequence(Tag0))
            using (writer.PushSequence())
            {
                writer.WriteObjectIdentifier(Oids.OcspBasic);
                writer.WriteOctetString(basic.Span);
            }
        }

        try
        {
            return OcspResponse.Parse(writer.Encode());
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private void Add(string oid, ReadOnlyMemory<byte> value)
    {
        try
        {
            var values = new AsnReader(value, AsnEncodingRules.BER).ReadSequence();
            if (oid == Oids.CertificateValues)
            {
                AddAll(values, ("certificate-values 中的证书", "certificates in certificate-values"), ref certificatesLeft, limits.MaxCertificates, certificates, each => each.Span[0] == 0x30 ? KnownCertificates.Read(each.Span) : null);
                return;
            }

            if (values.HasData && values.PeekTag() == Tag0)
            {
                AddAll(values.ReadSequence(Tag0).ReadSequence(), RevocationsName, ref revocationsLeft, limits.MaxRevocationInfos, lists, TryReadList);
            }

            if (values.HasData && values.PeekTag() == Tag1)
            {
                AddAll(values.ReadSequence(Tag1).ReadSequence(), RevocationsName, ref revocationsLeft, limits.MaxRevocationInfos, answers, TryReadBasic);
            }
        }
        catch (AsnContentException)
        {
            // The attribute is not signed, and nothing is missed by it that the judgement would not ask for.
        }
    }

    private void AddAll<T>(AsnReader values, (string Chinese, string English) what, ref int left, int limit, List<T> into, Func<ReadOnlyMemory<byte>, T?> read)
        where T : class
    {
        while (values.HasData)
        {
            if (left == 0)
            {
                leftOut.Add(CmsFindings.LeftOut(limit, what));
                return;
            }

            left--;
            if (read(values.ReadEncodedValue()) is { } item)
            {
                into.Add(item);
            }
        }
    }
}
