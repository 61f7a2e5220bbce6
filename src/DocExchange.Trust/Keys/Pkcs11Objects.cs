using Net.Pkcs11Interop.Common;
using Net.Pkcs11Interop.HighLevelAPI;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.Pkcs;
using Org.BouncyCastle.Asn1.X509;
using Org.BouncyCastle.Asn1.X9;
using Org.BouncyCastle.Math;

namespace DocExchange.Trust.Keys;

/// <summary>What is read of the objects on a token (PKCS#11 v2.40 §4).</summary>
internal static class Pkcs11Objects
{
    /// <exception cref="TokenException">There is no such private key, or there are several.</exception>
    public static IObjectHandle FindKey(ISession session, Pkcs11Uri uri)
    {
        var attributes = session.Factories.ObjectAttributeFactory;
        List<IObjectAttribute> template = [attributes.Create(CKA.CKA_CLASS, CKO.CKO_PRIVATE_KEY)];
        if (uri.Object is { } label)
        {
            template.Add(attributes.Create(CKA.CKA_LABEL, label));
        }

        if (uri.Id.Length > 0)
        {
            template.Add(attributes.Create(CKA.CKA_ID, uri.Id.ToArray()));
        }

        var found = session.FindAllObjects(template);
        return found.Count == 1 ? found[0] : throw new TokenException(
            $"密码设备中符合（{uri}）的私钥有 {found.Count} 个，应恰有一个。", $"{found.Count} private keys on the token fit; exactly one is expected. ({uri})");
    }

    public static byte[] IdOf(ISession session, IObjectHandle key) => session.GetAttributeValue(key, [CKA.CKA_ID])[0].GetValueAsByteArray();

    /// <summary>CKA_ALWAYS_AUTHENTICATE: the PIN is asked for with each signature.</summary>
    public static bool AsksForEachUse(ISession session, IObjectHandle key)
    {
        var attribute = session.GetAttributeValue(key, [CKA.CKA_ALWAYS_AUTHENTICATE])[0];
        return !attribute.CannotBeRead && attribute.GetValueAsBool();
    }

    /// <exception cref="TokenException">The public half is neither with the key nor beside it.</exception>
    public static SubjectPublicKeyInfo PublicKeyOf(ISession session, IObjectHandle privateKey, byte[] id)
    {
        var type = (CKK)session.GetAttributeValue(privateKey, [CKA.CKA_KEY_TYPE])[0].GetValueAsUlong();
        return type switch
        {
            CKK.CKK_RSA => RsaKeyOf(session, privateKey),
            CKK.CKK_EC => CurveKeyOf(session, id),
            _ => throw new TokenException($"不支持密码设备中的密钥类型 {type}。", $"Keys of the type {type} are not supported."),
        };
    }

    private static SubjectPublicKeyInfo RsaKeyOf(ISession session, IObjectHandle privateKey)
    {
        var values = session.GetAttributeValue(privateKey, [CKA.CKA_MODULUS, CKA.CKA_PUBLIC_EXPONENT]);
        var key = new RsaPublicKeyStructure(new BigInteger(1, values[0].GetValueAsByteArray()), new BigInteger(1, values[1].GetValueAsByteArray()));
        return new SubjectPublicKeyInfo(new AlgorithmIdentifier(PkcsObjectIdentifiers.RsaEncryption, DerNull.Instance), key);
    }

    // A private EC key does not tell its point; the public key with the same CKA_ID does.
    private static SubjectPublicKeyInfo CurveKeyOf(ISession session, byte[] id)
    {
        var attributes = session.Factories.ObjectAttributeFactory;
        var found = session.FindAllObjects([attributes.Create(CKA.CKA_CLASS, CKO.CKO_PUBLIC_KEY), attributes.Create(CKA.CKA_ID, id)]);
        if (found.Count != 1)
        {
            throw new TokenException(
                $"密码设备中没有与私钥对应的公钥（CKA_ID {Convert.ToHexString(id)}）。", $"The token has no public key beside the private one (CKA_ID {Convert.ToHexString(id)}).");
        }

        var values = session.GetAttributeValue(found[0], [CKA.CKA_EC_PARAMS, CKA.CKA_EC_POINT]);
        var curve = Asn1Object.FromByteArray(values[0].GetValueAsByteArray());
        var point = Asn1OctetString.GetInstance(Asn1Object.FromByteArray(values[1].GetValueAsByteArray())).GetOctets();
        return new SubjectPublicKeyInfo(new AlgorithmIdentifier(X9ObjectIdentifiers.IdECPublicKey, curve), point);
    }
}
