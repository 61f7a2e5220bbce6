using System.Buffers.Binary;
using System.Formats.Asn1;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Keys;
using Org.BouncyCastle.Asn1.X509;

namespace DocExchange.Tests.Trust.Certificates;

/// <summary>Makes revocation lists as large as those of a whole province.</summary>
internal static class LargeLists
{
    /// <summary>In bytes.</summary>
    public const int EntrySize = 23;

    private const int SmallestSerial = 1 << 24;

    /// <param name="last">Named behind all others; null for nobody.</param>
    /// <param name="issuer">Whose key identifier and a list number are in it; null for neither.</param>
    public static byte[] Make(int count, KeyPair key, DistinguishedName name, Certificate? last = null, Certificate? issuer = null)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER, 2048 + (EntrySize * count));
        using (writer.PushSequence())
        {
            writer.WriteInteger(1);
            writer.WriteEncodedValue(SignatureScheme.IdentifierFor(key.Algorithm).GetDerEncoded());
            writer.WriteEncodedValue(name.ToName().GetDerEncoded());
            writer.WriteUtcTime(SamplePki.Noon.AddDays(-1));
            writer.WriteUtcTime(SamplePki.Noon.AddDays(6));
            using (writer.PushSequence())
            {
                // A writer takes seconds for so many; here only the serial number changes.
                var entry = EntryOf([]);
                for (var i = 0; i < count; i++)
                {
                    BinaryPrimitives.WriteInt32BigEndian(entry.AsSpan(4), SmallestSerial + i);
                    writer.WriteEncodedValue(entry);
                }

                if (last is not null)
                {
                    writer.WriteEncodedValue(EntryOf(last.Inner.SerialNumber.ToByteArray()));
                }
            }

            if (issuer is not null)
            {
                using var tag = writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0, isConstructed: true));
                writer.WriteEncodedValue(ExtensionsOf(issuer).GetDerEncoded());
            }
        }

        var signed = writer.Encode();
        var whole = new AsnWriter(AsnEncodingRules.DER, 1024 + signed.Length);
        using (whole.PushSequence())
        {
            whole.WriteEncodedValue(signed);
            whole.WriteEncodedValue(SignatureScheme.IdentifierFor(key.Algorithm).GetDerEncoded());
            whole.WriteBitString(key.Secret.Sign(signed));
        }

        return whole.Encode();
    }

    private static X509Extensions ExtensionsOf(Certificate issuer)
    {
        var extensions = new X509ExtensionsGenerator();
        extensions.AddExtension(X509Extensions.AuthorityKeyIdentifier, false, new AuthorityKeyIdentifier(CertificateIssuing.KeyIdOf(issuer)));
        extensions.AddExtension(X509Extensions.CrlNumber, false, Org.BouncyCastle.Asn1.DerInteger.ValueOf(7));
        return extensions.Generate();
    }

    /// <param name="serial">Empty for one of four bytes.</param>
    private static byte[] EntryOf(ReadOnlySpan<byte> serial)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            if (serial.IsEmpty)
            {
                writer.WriteInteger(SmallestSerial);
            }
            else
            {
                writer.WriteInteger(serial);
            }

            writer.WriteUtcTime(SamplePki.Start);
        }

        return writer.Encode();
    }
}
