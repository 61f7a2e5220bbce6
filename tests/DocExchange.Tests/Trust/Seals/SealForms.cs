using System.Formats.Asn1;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Digests;
using DocExchange.Trust.Keys;
using DocExchange.Trust.Seals;

namespace DocExchange.Tests.Trust.Seals;

/// <summary>Seals and seal signatures as other makers encode them, written field by field from the structures of the three standards.</summary>
internal static class SealForms
{
    private const string Sm2WithSm3 = "1.2.156.10197.1.501";

    public static byte[] Sequence(Action<AsnWriter> content)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            content(writer);
        }

        return writer.Encode();
    }

    public static byte[] Info(int version, SealDefinition definition, Action<AsnWriter>? extensions = null, bool asDigests = false) => Sequence(info =>
    {
        info.WriteEncodedValue(Sequence(header =>
        {
            header.WriteCharacterString(UniversalTagNumber.IA5String, "ES");
            header.WriteInteger(version);
            header.WriteCharacterString(UniversalTagNumber.IA5String, definition.VendorId);
        }));
        info.WriteCharacterString(UniversalTagNumber.IA5String, definition.EsId);
        info.WriteEncodedValue(Property(version, definition, asDigests));
        info.WriteEncodedValue(Sequence(picture =>
        {
            picture.WriteCharacterString(UniversalTagNumber.IA5String, definition.Picture.Type);
            picture.WriteOctetString(definition.Picture.Data.Span);
            picture.WriteInteger(definition.Picture.WidthMm);
            picture.WriteInteger(definition.Picture.HeightMm);
        }));
        extensions?.Invoke(info);
    });

    /// <summary>One extension whose critical FALSE is written out, which DER forbids and real seals do.</summary>
    public static void ExplicitFalse(AsnWriter info) => info.WriteEncodedValue(Sequence(list => list.WriteEncodedValue(Sequence(extension =>
    {
        extension.WriteObjectIdentifier("1.2.156.112600.1");
        extension.WriteBoolean(false);
        extension.WriteOctetString([1, 2, 3]);
    }))));

    /// <summary>SESeal of versions 4 and 5, and SES_Signature of both.</summary>
    public static async Task<byte[]> SignedAsync(byte[] content, ISigningKey key, bool raw = false, byte[]? timestamp = null, Certificate? named = null, Func<byte[], Task<byte[]>>? stamp = null)
    {
        var value = await key.SignAsync(content, CancellationToken.None);
        timestamp = stamp is null ? timestamp : await stamp(raw ? Raw(value) : value);
        return Sequence(outer =>
        {
            outer.WriteEncodedValue(content);
            outer.WriteOctetString((named ?? key.Certificate).Der);
            outer.WriteObjectIdentifier(Sm2WithSm3);
            outer.WriteBitString(raw ? Raw(value) : value);
            if (timestamp is not null)
            {
                using (outer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0)))
                {
                    outer.WriteBitString(timestamp);
                }
            }
        });
    }

    /// <summary>SESeal of GM/T 0031-2014.</summary>
    public static async Task<byte[]> FirstSealAsync(byte[] info, ISigningKey maker)
    {
        var signed = Sequence(tbs =>
        {
            tbs.WriteEncodedValue(info);
            tbs.WriteOctetString(maker.Certificate.Der);
            tbs.WriteObjectIdentifier(Sm2WithSm3);
        });
        var value = await maker.SignAsync(signed, CancellationToken.None);
        return Sequence(outer =>
        {
            outer.WriteEncodedValue(info);
            outer.WriteEncodedValue(Sequence(signInfo =>
            {
                signInfo.WriteOctetString(maker.Certificate.Der);
                signInfo.WriteObjectIdentifier(Sm2WithSm3);
                signInfo.WriteBitString(value);
            }));
        });
    }

    public static byte[] ToSign(int version, byte[] seal, DateTimeOffset at, byte[] content, string property, Action<AsnWriter>? extensions = null) => Sequence(tbs =>
    {
        tbs.WriteInteger(version);
        tbs.WriteEncodedValue(seal);
        tbs.WriteGeneralizedTime(at, omitFractionalSeconds: true);
        tbs.WriteBitString(Sm3.Hash(content));
        tbs.WriteCharacterString(UniversalTagNumber.IA5String, property);
        extensions?.Invoke(tbs);
    });

    /// <summary>SES_Signature of GM/T 0031-2014.</summary>
    public static async Task<byte[]> FirstSignatureAsync(byte[] seal, ISigningKey holder, byte[] time, byte[] content, string property)
    {
        var toSign = Sequence(tbs =>
        {
            tbs.WriteInteger(1);
            tbs.WriteEncodedValue(seal);
            tbs.WriteBitString(time);
            tbs.WriteBitString(Sm3.Hash(content));
            tbs.WriteCharacterString(UniversalTagNumber.IA5String, property);
            tbs.WriteOctetString(holder.Certificate.Der);
            tbs.WriteObjectIdentifier(Sm2WithSm3);
        });
        var value = await holder.SignAsync(toSign, CancellationToken.None);
        return Sequence(outer =>
        {
            outer.WriteEncodedValue(toSign);
            outer.WriteBitString(value);
        });
    }

    private static byte[] Property(int version, SealDefinition definition, bool asDigests) => Sequence(property =>
    {
        property.WriteInteger(definition.Type);
        property.WriteCharacterString(UniversalTagNumber.UTF8String, definition.Name);
        if (version >= 4)
        {
            property.WriteInteger(asDigests ? 2 : 1);
        }

        property.WriteEncodedValue(Sequence(list =>
        {
            foreach (var signer in definition.Signers)
            {
                WriteSigner(list, signer, asDigests);
            }
        }));
        foreach (var time in new[] { definition.CreatedAt, definition.ValidFrom, definition.ValidUntil })
        {
            if (version >= 4)
            {
                property.WriteGeneralizedTime(time, omitFractionalSeconds: true);
            }
            else
            {
                property.WriteUtcTime(time);
            }
        }
    });

    private static void WriteSigner(AsnWriter list, Certificate signer, bool asDigest)
    {
        if (!asDigest)
        {
            list.WriteOctetString(signer.Der);
            return;
        }

        list.WriteEncodedValue(Sequence(entry =>
        {
            entry.WriteCharacterString(UniversalTagNumber.PrintableString, "SM3");
            entry.WriteOctetString(Sm3.Hash(signer.Der));
        }));
    }

    public static byte[] Raw(byte[] der)
    {
        var pair = new AsnReader(der, AsnEncodingRules.DER).ReadSequence();
        var raw = new byte[64];
        foreach (var half in new[] { raw.AsMemory(0, 32), raw.AsMemory(32, 32) })
        {
            var number = pair.ReadInteger().ToByteArray(isUnsigned: true, isBigEndian: true);
            number.CopyTo(half[(32 - number.Length)..]);
        }

        return raw;
    }
}
