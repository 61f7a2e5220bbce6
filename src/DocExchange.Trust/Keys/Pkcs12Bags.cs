using DocExchange.Trust.Certificates;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.Pkcs;

namespace DocExchange.Trust.Keys;

/// <summary>What lies in a PKCS#12 file, in the order found: unencrypted PKCS#8 keys and certificates.</summary>
internal sealed class Pkcs12Bags
{
    private readonly List<byte[]> keys = [];
    private readonly List<Certificate> certificates = [];

    private Pkcs12Bags()
    {
    }

    public IReadOnlyList<byte[]> Keys => keys;

    public IReadOnlyList<Certificate> Certificates => certificates;

    /// <exception cref="FormatException">The bytes are not a PKCS#12 file.</exception>
    /// <exception cref="WrongPasswordException">The MAC does not agree, or a bag does not open.</exception>
    public static Pkcs12Bags Read(byte[] der, string password)
    {
        try
        {
            var file = Pfx.GetInstance(Asn1Object.FromByteArray(der));
            if (!file.AuthSafe.ContentType.Equals(PkcsObjectIdentifiers.Data) || file.MacData is null)
            {
                throw new FormatException("The key file has no MAC; files protected by a signature are not read.");
            }

            var content = Asn1OctetString.GetInstance(file.AuthSafe.Content).GetOctets();

            if (!Pkcs12Mac.IsValid(file.MacData, content, password))
            {
                throw new WrongPasswordException();
            }

            var bags = new Pkcs12Bags();
            bags.AddAll(content, password);
            return bags;
        }
        catch (Exception fault) when (fault is not (FormatException or WrongPasswordException or OutOfMemoryException))
        {
            throw new FormatException("The bytes are not a PKCS#12 key file: " + fault.Message, fault);
        }
    }

    private void AddAll(byte[] authenticatedSafe, string password)
    {
        foreach (var element in Asn1Sequence.GetInstance(Asn1Object.FromByteArray(authenticatedSafe)))
        {
            var info = ContentInfo.GetInstance(element);
            foreach (var bag in Asn1Sequence.GetInstance(Asn1Object.FromByteArray(ContentOf(info, password))))
            {
                Add(SafeBag.GetInstance(bag), password);
            }
        }
    }

    private static byte[] ContentOf(ContentInfo info, string password)
    {
        if (info.ContentType.Equals(PkcsObjectIdentifiers.Data))
        {
            return Asn1OctetString.GetInstance(info.Content).GetOctets();
        }

        if (!info.ContentType.Equals(PkcsObjectIdentifiers.EncryptedData))
        {
            throw new FormatException($"The key file has content of the type {info.ContentType}, which is not read.");
        }

        var encrypted = EncryptedData.GetInstance(info.Content);
        return PasswordEncryption.Decrypt(encrypted.EncryptionAlgorithm, encrypted.Content.GetOctets(), password);
    }

    private void Add(SafeBag bag, string password)
    {
        if (bag.BagID.Equals(PkcsObjectIdentifiers.Pkcs8ShroudedKeyBag))
        {
            keys.Add(PasswordEncryption.DecryptPkcs8(bag.BagValueEncodable.ToAsn1Object().GetEncoded(), password));
        }
        else if (bag.BagID.Equals(PkcsObjectIdentifiers.KeyBag))
        {
            keys.Add(bag.BagValueEncodable.ToAsn1Object().GetEncoded());
        }
        else if (bag.BagID.Equals(PkcsObjectIdentifiers.CertBag))
        {
            var value = CertBag.GetInstance(bag.BagValueEncodable);
            if (value.CertID.Equals(PkcsObjectIdentifiers.X509Certificate))
            {
                certificates.Add(Certificate.Parse(Asn1OctetString.GetInstance(value.CertValueEncodable).GetOctets()));
            }
        }
    }
}
