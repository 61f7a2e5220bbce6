using System.Security.Cryptography;
using System.Text;
using DocExchange.Core.Refusals;
using DocExchange.Hub.Offices;
using DocExchange.Node.OaApi;
using DocExchange.Tests.Core.Offices;
using DocExchange.Tests.Trust.Ofd;
using DocExchange.Tests.Trust.Seals;
using DocExchange.Tests.Trust.Signatures;
using DocExchange.Tests.Trust.Timestamps;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Keys;
using DocExchange.Trust.Merkle;
using DocExchange.Trust.Ofd;
using DocExchange.Trust.Seals;
using DocExchange.Trust.Signatures;
using DocExchange.Trust.Timestamps;
using DocExchange.Trust.Validation;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.Nist;
using Org.BouncyCastle.Asn1.Pkcs;
using Org.BouncyCastle.Asn1.X509;

namespace DocExchange.Tests.Fuzzing;

/// <summary>Readers of what other products and offices' own systems write: foreign seals, CMS of all levels, key files, lists and messages.</summary>
internal static class ForeignFuzzTargets
{
    private const string Password = "secret";

    private static readonly byte[] Content = StampingSite.Content;

    // Kept for the life of the test process: the targets use them whenever they run.
    private static readonly SealWorld World = new();
    private static readonly StampingSite Site = new();

    public static IEnumerable<FuzzTarget> All() => [LevelTarget(), .. SealTargets(), OfdPartTarget(), .. KeyTargets(), .. TextTargets()];

    /// <summary>With time-stamps and revocation data of all levels, counter-signatures, GB/T 35275 and PSS, DER and in PEM.</summary>
    private static FuzzTarget LevelTarget()
    {
        using var key = Site.Office.Certify(KeyAlgorithm.EcdsaP256);
        using var sm2 = Site.Office.Certify(KeyAlgorithm.Sm2);
        var basic = Wait(CmsSigner.SignAsync(Content, key, SigningOffice.Now, CmsForm.Encapsulated, CancellationToken.None));
        var stamped = Wait(SignatureLevels.AddTimestampsAsync(basic, Site.Client(), CancellationToken.None));
        var complete = SignatureLevels.AddValidationData(stamped, [Site.Office.Authority.Certificate], [Site.ListOf()], []);
        var archived = Wait(SignatureLevels.AddArchiveTimestampsAsync(complete, null, Site.Client(), CancellationToken.None));
        var counterSigned = ForgedCms.Of(key, Content).CounterSigned(CounterSigning.Counter(sm2));
        var armoured = Encoding.ASCII.GetBytes("-----BEGIN CMS-----\n" + Convert.ToBase64String(basic, Base64FormattingOptions.InsertLineBreaks) + "\n-----END CMS-----\n");
        byte[][] seeds = [stamped, complete, archived, counterSigned, Wait(OfdCmsForms.DigestAsContentAsync(sm2, Content)), Wait(OfdCmsForms.RawAsync(sm2, Content)), Pss(), armoured];

        var validator = new CmsValidator(Site.StoreWith(), ValidationPolicy.Foreign);
        return new FuzzTarget("cms-levels", seeds, bytes => validator.Judge(CmsSignedData.Unwrap(bytes), null, SigningOffice.Now, CertificateUsage.DocumentSigning)) { Inputs = 500 };
    }

    private static byte[] Pss()
    {
        using var pair = KeyPair.Generate(KeyAlgorithm.Rsa, 2048);
        using var key = Site.Office.Certify(pair, "北京市档案局");
        var hash = new AlgorithmIdentifier(NistObjectIdentifiers.IdSha256, DerNull.Instance);
        var parameters = new RsassaPssParameters(hash, new AlgorithmIdentifier(PkcsObjectIdentifiers.IdMgf1, hash), DerInteger.ValueOf(32), DerInteger.ValueOf(1));
        return (ForgedCms.Of(key, Content) with
        {
            SignatureAlgorithm = new AlgorithmIdentifier(PkcsObjectIdentifiers.IdRsassaPss, parameters).GetDerEncoded(),
            Signature = signed =>
            {
                using var rsa = RSA.Create();
                rsa.ImportPkcs8PrivateKey(pair.Secret.ExportPkcs8(), out _);
                return rsa.SignData(signed, HashAlgorithmName.SHA256, RSASignaturePadding.Pss);
            },
        }).Encode();
    }

    private static IEnumerable<FuzzTarget> SealTargets()
    {
        var validator = new SealValidator(World.Trust);
        var seals = new[] { 1, 4, 5 }.Select(SealOf).ToArray();
        yield return FuzzTarget.Of<SealFormatException>("seal-foreign", bytes => validator.ValidateSeal(Seal.ParseForeign(bytes), SealWorld.Sealed), seals) with { Inputs = 400 };

        byte[][] signatures =
        [
            Wait(SealForms.FirstSignatureAsync(seals[0], World.Holder, ForgedCms.UtcTime(SealWorld.Sealed), SealWorld.Content, SealWorld.Property)),
            .. new[] { 4, 5 }.Select((version, at) => Wait(SealForms.SignedAsync(SealForms.ToSign(version, seals[at + 1], SealWorld.Sealed, SealWorld.Content, SealWorld.Property), World.Holder, raw: version == 5))),
        ];
        yield return FuzzTarget.Of<SealFormatException>(
            "seal-signature-foreign", bytes => validator.Validate(SealSignature.ParseForeign(bytes), SealWorld.Content, expectedPropertyInfo: null, SealWorld.Sealed), signatures) with
        { Inputs = 400 };
    }

    private static byte[] SealOf(int version)
    {
        var info = SealForms.Info(version, World.Definition(), SealForms.ExplicitFalse, asDigests: version == 5);
        return Wait(version == 1 ? SealForms.FirstSealAsync(info, World.Maker) : SealForms.SignedAsync(info, World.Maker));
    }

    /// <summary>One part of an OFD altered and all packed anew, so that what is inside is read; the first byte says which part.</summary>
    private static FuzzTarget OfdPartTarget()
    {
        using var key = Site.Office.Certify(KeyAlgorithm.Sm2);
        var maker = new OfdMaker();
        Wait(maker.SealAsync(World));
        maker.SignAsync(new OfdStyle { Type = "Sign" }, file => OfdCmsForms.DetachedAsync(key, file)).GetAwaiter().GetResult();
        maker.WriteList();
        var parts = maker.Parts.OrderBy(part => part.Key, StringComparer.Ordinal).ToList();
        var verifier = new OfdVerifier(World.Trust, ValidationPolicy.Foreign);
        var seeds = parts.Select((part, index) => (byte[])[(byte)index, .. part.Value]).ToArray();
        return new FuzzTarget("ofd-part", seeds, bytes =>
        {
            var which = bytes.Length == 0 ? 0 : bytes[0] % parts.Count;
            var altered = parts.Select((part, index) => index == which ? KeyValuePair.Create(part.Key, bytes.Length == 0 ? [] : bytes[1..]) : part);
            Wait(verifier.VerifyAsync(new MemoryStream(OfdMaker.Pack(altered, compression: System.IO.Compression.CompressionLevel.NoCompression), writable: false), SealWorld.Sealed, CancellationToken.None));
        })
        { Inputs = 500 };
    }

    private static IEnumerable<FuzzTarget> KeyTargets()
    {
        const int Iterations = 100;
        using var ecdsa = KeyPair.Generate(KeyAlgorithm.EcdsaP256);
        using var sm2 = KeyPair.Generate(KeyAlgorithm.Sm2);
        using var certified = Site.Office.Certify(ecdsa, "北京市档案局");

        // A key file may ask for iterations that take longer: up to PasswordEncryption.MaxIterations, by its own maker.
        yield return FuzzTarget.Of<FormatException>("pkcs12", bytes => OrWrongPassword(() => Pkcs12KeyFile.Read(bytes, Password).Dispose()),
            Pkcs12KeyFile.Write(ecdsa, certified.Certificate, [Site.Office.Authority.Certificate], Password, Iterations)) with
        { Inputs = 400, MostSeconds = 6 };
        yield return FuzzTarget.Of<FormatException>("pkcs8", bytes => OrWrongPassword(() => KeyPair.FromEncryptedPkcs8(bytes, Password).Dispose()),
            ecdsa.ToEncryptedPkcs8(Password, Iterations), sm2.ToEncryptedPkcs8(Password, Iterations)) with
        { Inputs = 600, MostSeconds = 6 };
    }

    private static IEnumerable<FuzzTarget> TextTargets()
    {
        var csv = "group,qx,区县\noffice,dc,东城区人民政府,东城区政府,11370306MB2867521U,东政发,东城区,,qx,010-64000000,\"说明,其一\"\nacts-for,dc,xc,2026-01-01,\n";
        yield return FuzzTarget.Of<RefusedException>("office-csv", bytes => OfficeImport.Apply(SampleDirectory.Small, bytes, SigningOffice.Now), Encoding.UTF8.GetBytes(csv)) with { Inputs = 600 };

        var draft = """{ "title": "关于做好防汛工作的通知", "type": "08", "person": { "id": "u1", "name": "张三" }, "to": ["bj/dc"], "cc": [], "signBy": "2026-03-05T08:00:00+08:00", "seal": "container" }""";
        yield return FuzzTarget.Of<RefusedException>("oa-json", bytes => OaRoutes.Parse<OaDraft>(bytes), Encoding.UTF8.GetBytes(draft));

        using var ledger = NoteSigner.Generate("bj.example/2026", NoteKeyType.Ed25519);
        yield return FuzzTarget.Of<FormatException>("vkey", bytes => NoteVerifier.Parse(Encoding.UTF8.GetString(bytes)), Encoding.UTF8.GetBytes(ledger.Verifier.ToString()));

        var bundle = Encoding.ASCII.GetBytes(Site.Office.RootPem + Site.ListOf().ToPem() + Site.Office.Authority.Certificate.ToPem());
        yield return FuzzTarget.Of<FormatException>("pem", bytes => _ = Certificate.ParseAll(bytes).Count + RevocationList.ParseAll(bytes).Count, bundle) with { Inputs = 1000 };
    }

    private static void OrWrongPassword(Action read)
    {
        try
        {
            read();
        }
        catch (WrongPasswordException)
        {
        }
    }

    // Everything here works on memory: the tasks are complete when they are returned.
    private static T Wait<T>(Task<T> task) => task.GetAwaiter().GetResult();
}
