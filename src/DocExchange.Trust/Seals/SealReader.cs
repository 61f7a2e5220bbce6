using System.Formats.Asn1;
using DocExchange.Trust.Certificates;

namespace DocExchange.Trust.Seals;

/// <summary>Reads SESeal of GB/T 38540-2020 (version 4), GM/T 0031-2014 (1) and GM/T 0031-2025 (5).</summary>
internal static class SealReader
{
    public static Seal ReadSeal(ReadOnlyMemory<byte> encoded, bool isForeign) => SealAsn.Guarded(encoded, isForeign, outer =>
    {
        var der = outer.PeekEncodedValue();
        var sequence = outer.ReadSequence();
        var info = sequence.PeekEncodedValue();
        var infoReader = sequence.ReadSequence();

        // Two elements: the version of 2014; four or five: the later ones (the header says which).
        var isFirst = sequence.PeekTag().HasSameClassAndValue(Asn1Tag.Sequence);
        var proof = isFirst ? ReadFirstProof(sequence, info) : ReadProof(sequence, info);
        proof = proof with { Unsigned = proof.Unsigned + SealAsn.Rest(sequence) };
        return ReadInfo(der, info, infoReader, isFirst, proof, encoded.Span[der.Length..].TrimEnd((byte)0).Length);
    });

    private static MakerProof ReadProof(AsnReader sequence, ReadOnlyMemory<byte> info)
    {
        var slack = SealLeftovers.Slack(sequence, hasCertificate: true);
        var (encodedMaker, maker) = (sequence.PeekEncodedValue(), SealAsn.Certificate(sequence));
        var (encodedAlgorithm, algorithm) = (sequence.PeekEncodedValue(), SealAsn.Oid(sequence));
        var (asFound, signature) = (SealAsn.Bits(sequence.Clone()), SealAsn.Signature(sequence));
        IReadOnlyList<ReadOnlyMemory<byte>> others = SealAsn.IsForeign(sequence) ? [Wrap(info, encodedMaker, encodedAlgorithm)] : [];
        var (token, unsigned) = SealAsn.Timestamp(sequence);
        return new MakerProof(info, others, maker, algorithm, signature, asFound, token) { Unsigned = unsigned, Slack = slack };
    }

    // GM/T 0031-2014: the maker signs SEQUENCE { eSealInfo, cert, signatureAlgorithm }, put together from the bytes as they came.
    private static MakerProof ReadFirstProof(AsnReader sequence, ReadOnlyMemory<byte> info)
    {
        var signInfo = sequence.ReadSequence();
        var slack = SealLeftovers.Slack(signInfo, hasCertificate: true);
        var (encodedMaker, maker) = (signInfo.PeekEncodedValue(), SealAsn.Certificate(signInfo));
        var (encodedAlgorithm, algorithm) = (signInfo.PeekEncodedValue(), SealAsn.Oid(signInfo));
        var (asFound, signature) = (SealAsn.Bits(signInfo.Clone()), SealAsn.Signature(signInfo));
        var unsigned = SealAsn.Rest(signInfo);
        IReadOnlyList<ReadOnlyMemory<byte>> others = SealAsn.IsForeign(signInfo)
            ? [info, (byte[])[.. info.Span, .. encodedMaker.Span, .. encodedAlgorithm.Span]]
            : [];
        return new MakerProof(Wrap(info, encodedMaker, encodedAlgorithm), others, maker, algorithm, signature, asFound, null) { Unsigned = unsigned, Slack = slack };
    }

    private static byte[] Wrap(params ReadOnlySpan<ReadOnlyMemory<byte>> elements)
    {
        var signed = new AsnWriter(AsnEncodingRules.BER);
        using (signed.PushSequence())
        {
            foreach (var element in elements)
            {
                signed.WriteEncodedValue(element.Span);
            }
        }

        return signed.Encode();
    }

    private static Seal ReadInfo(ReadOnlyMemory<byte> der, ReadOnlyMemory<byte> encodedInfo, AsnReader info, bool isFirst, MakerProof proof, int trailing)
    {
        var inner = new List<SealExtension>();
        var more = 0;
        var (version, stated, vendor) = ReadHeader(info.ReadSequence(), isFirst, End);
        var esId = SealAsn.Text(info, UniversalTagNumber.IA5String, "esID");
        var property = ReadProperty(info.ReadSequence(), isFirst, End);
        var picture = ReadPicture(info.ReadSequence(), End);
        var (extensions, unknown) = SealAsn.IsForeign(info) ? SealLeftovers.AllExtensions(info) : (ReadExtensions(info), 0);
        SealAsn.End(info);

        // A part of the seal may end with extensions of its own.
        void End(AsnReader part)
        {
            SealAsn.End(part);
            var (found, unread) = SealLeftovers.AllExtensions(part);
            inner.AddRange(found);
            more += unread;
        }

        if (version != 5 && proof.Timestamp is not null && !SealAsn.IsForeign(info))
        {
            throw SealAsn.Wrong("只有第 5 版印章可以带时间戳。", "Only a seal of version 5 carries a time-stamp.");
        }

        return new Seal
        {
            Der = der,
            TrailingBytes = trailing,
            UnsignedBytes = proof.Unsigned,
            Slack = proof.Slack,
            InfoBytes = encodedInfo,
            UnknownParts = unknown + more,
            StatedVersion = stated,
            Version = version,
            VendorId = vendor,
            EsId = esId,
            Name = property.Name,
            Type = property.Type,
            CreatedAt = property.CreatedAt,
            ValidFrom = property.ValidFrom,
            ValidUntil = property.ValidUntil,
            CertificateListType = property.ListType,
            Signers = property.Signers,
            SignerDigests = property.Digests,
            Picture = picture,
            Extensions = [.. extensions, .. inner],
            MakerCertificate = proof.Maker,
            SignatureAlgorithm = proof.Algorithm,
            SignedBytes = proof.SignedBytes,
            OtherSignedBytes = proof.Others,
            Signature = proof.Signature,
            SignatureAsFound = proof.SignatureAsFound,
            Timestamp = proof.Timestamp,
        };
    }

    private static (int Version, int Stated, string Vendor) ReadHeader(AsnReader header, bool isFirst, Action<AsnReader> end)
    {
        if (SealAsn.Text(header, UniversalTagNumber.IA5String, "header.id") != "ES")
        {
            throw SealAsn.Wrong("印章头标识不是 ES。", "The seal's header does not begin with ES.");
        }

        var version = SealAsn.Integer(header, "header.version", 0, int.MaxValue);
        var vendor = SealAsn.Text(header, UniversalTagNumber.IA5String, "header.vid");
        end(header);
        if (SealAsn.IsForeign(header))
        {
            // The number in the header is not always that of the form: the form decides.
            return (isFirst ? 1 : version == 5 ? 5 : 4, version, vendor);
        }

        if (isFirst ? version is >= 1 and <= 3 : version is 4 or 5)
        {
            return (isFirst ? 1 : version, version, vendor);
        }

        throw new SealFormatException(
            "SEAL_VERSION",
            $"不支持第 {version} 版印章；可读取 GM/T 0031-2014、GB/T 38540-2020 和 GM/T 0031-2025。",
            $"Seals of version {version} in this form are not read; GM/T 0031-2014, GB/T 38540-2020 and GM/T 0031-2025 are.");
    }

    private static Property ReadProperty(AsnReader property, bool isFirst, Action<AsnReader> end)
    {
        var type = SealAsn.Integer(property, "property.type", 0, int.MaxValue);
        var name = SealAsn.Text(property, UniversalTagNumber.UTF8String, "property.name");
        var hasListType = !isFirst || property.PeekTag().HasSameClassAndValue(Asn1Tag.Integer);
        var listType = hasListType ? (CertificateListType)SealAsn.Integer(property, "property.certListType", 1, 2) : CertificateListType.Certificates;
        var list = property.ReadSequence();
        IReadOnlyList<Certificate> signers = [];
        IReadOnlyList<SealCertificateDigest> digests = [];
        if (listType == CertificateListType.Certificates)
        {
            signers = SealAsn.IsForeign(list) ? [.. ReadList(list, ForeignAsn.TryCertificate).OfType<Certificate>()] : ReadList(list, SealAsn.Certificate);
        }
        else
        {
            digests = ReadList(list, each => ReadDigest(each, end));
        }

        var created = SealAsn.Time(property);
        var from = SealAsn.Time(property);
        var until = SealAsn.Time(property);
        end(property);
        return new Property(type, name, listType, signers, digests, created, from, until);
    }

    private static List<T> ReadList<T>(AsnReader list, Func<AsnReader, T> read)
    {
        var entries = new List<T>();
        while (list.HasData)
        {
            if (entries.Count == Seal.MaxSigners)
            {
                throw SealAsn.Wrong($"印章的签章人证书超过 {Seal.MaxSigners} 个。", $"The seal lists more than {Seal.MaxSigners} certificates.");
            }

            entries.Add(read(list));
        }

        return entries;
    }

    private static SealCertificateDigest ReadDigest(AsnReader list, Action<AsnReader> end)
    {
        var entry = list.ReadSequence();
        var type = SealAsn.Text(entry, UniversalTagNumber.PrintableString, "certList.type");
        var value = SealAsn.Octets(entry);
        end(entry);
        return new SealCertificateDigest(type, value);
    }

    private static SealPicture ReadPicture(AsnReader picture, Action<AsnReader> end)
    {
        var isForeign = SealAsn.IsForeign(picture);
        var type = SealAsn.Text(picture, UniversalTagNumber.IA5String, "picture.type", SealPicture.MaxTypeLength);
        var data = SealAsn.Octets(picture);
        if (data.Length > SealPicture.MaxSize && !isForeign)
        {
            throw new SealFormatException(
                "SEAL_TOO_LARGE",
                $"印章图像有 {data.Length} 字节，超过上限 {SealPicture.MaxSize} 字节。",
                $"The seal picture has {data.Length} bytes, more than the limit of {SealPicture.MaxSize}.");
        }

        // Other makers are met that count in pixels or write nothing.
        var (least, most) = isForeign ? (0, int.MaxValue) : (1, SealPicture.MaxSideMm);
        var width = SealAsn.Integer(picture, "picture.width", least, most);
        var height = SealAsn.Integer(picture, "picture.height", least, most);
        end(picture);
        return new SealPicture(type, data, width, height);
    }

    // Untagged in GB/T 38540; seals of other versions are met with an explicit [0] or [4].
    private static IReadOnlyList<SealExtension> ReadExtensions(AsnReader info)
    {
        if (!info.HasData)
        {
            return [];
        }

        if ((SealAsn.Tagged(info, 0) ?? SealAsn.Tagged(info, 4)) is not { } tagged)
        {
            return SealAsn.Extensions(info);
        }

        var extensions = SealAsn.Extensions(tagged);
        SealAsn.End(tagged);
        return extensions;
    }

    private sealed record MakerProof(
        ReadOnlyMemory<byte> SignedBytes, IReadOnlyList<ReadOnlyMemory<byte>> Others, Certificate Maker, string Algorithm, ReadOnlyMemory<byte> Signature, ReadOnlyMemory<byte> SignatureAsFound, ReadOnlyMemory<byte>? Timestamp)
    {
        public int Unsigned { get; init; }

        public int Slack { get; init; }
    }

    private sealed record Property(
        int Type,
        string Name,
        CertificateListType ListType,
        IReadOnlyList<Certificate> Signers,
        IReadOnlyList<SealCertificateDigest> Digests,
        DateTimeOffset CreatedAt,
        DateTimeOffset ValidFrom,
        DateTimeOffset ValidUntil);
}
