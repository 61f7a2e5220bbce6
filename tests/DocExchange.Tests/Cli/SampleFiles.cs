using DocExchange.Cli.Pki;
using DocExchange.Core.Documents;
using DocExchange.Core.Offices;
using DocExchange.Core.Statements;
using DocExchange.Tests.Core.Documents;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Containers;
using DocExchange.Trust.Keys;
using DocExchange.Trust.Seals;
using DocExchange.Trust.Signatures;

namespace DocExchange.Tests.Cli;

/// <summary>The sample certificates of <c>docex pki sample</c>, and files signed with them; one folder for all tests, made once.</summary>
[SetUpFixture]
internal sealed class SampleFiles
{
    private const string ManifestPath = "META-INF/ASiCManifest.xml";

    public static string Folder { get; private set; } = "";

    public static string Trust => In("certs/trust.pem");

    public static string Lists => In("certs/crl.pem");

    public static string In(string name) => Path.Combine(Folder, name);

    public static ISigningKey Key(string name) => Pkcs12KeyFile.Read(File.ReadAllBytes(In("certs/" + name + ".p12")), SampleSet.Password);

    [OneTimeSetUp]
    public async Task MakeAsync()
    {
        Folder = Directory.CreateTempSubdirectory("docexchange-cli-").FullName;
        var made = await CommandLine.RunAsync("pki", "sample", "--out", In("certs"));
        Assert.That(made.ExitCode, Is.Zero, made.Error);
        await File.WriteAllTextAsync(In("content.txt"), "公文");
    }

    [OneTimeTearDown]
    public void Remove() => Directory.Delete(Folder, recursive: true);

    /// <summary>A document signing key that the sample's authority certified for this name.</summary>
    public static ISigningKey KeyOf(string commonName, string? organization = null, string? unit = null)
    {
        using var authorities = SiteAuthorities.Open(In("certs/authority"), SampleSet.Password);
        using var key = KeyPair.Generate(KeyAlgorithm.EcdsaP256);
        var subject = new DistinguishedName(commonName, organization, unit);
        return key.Certified(authorities.Issue(key.CreateRequest(subject), CertificateProfile.DocumentSigning, subject, null, CommandLine.Now, 1), []);
    }

    /// <summary>A detached CMS signature over content.txt.</summary>
    public static async Task<string> SignatureAsync(string key)
    {
        using var signer = Key(key);
        var path = Fresh("p7s");
        var cms = await CmsSigner.SignAsync(await File.ReadAllBytesAsync(In("content.txt")), signer, CommandLine.Now, CmsForm.Detached, CancellationToken.None);
        await File.WriteAllBytesAsync(path, cms);
        return path;
    }

    public static async Task<string> StatementAsync(string key)
    {
        using var signer = Key(key);
        return await StatementAsync(signer, PartyId.Office("bj", "sample"));
    }

    /// <summary>A receipt in somebody's name.</summary>
    public static async Task<string> StatementAsync(ISigningKey signer, PartyId office)
    {
        var statement = new Statement
        {
            Exchange = "bj",
            Type = StatementType.SignedFor,
            Issuer = office,
            Actor = new Actor("clerk-1", "王建国", "clerk", "local"),
            ClaimedAt = CommandLine.Now,
            Document = DocumentId.OfManifest("manifest"u8),
            Chain = new ChainPosition(office + "#1", 1, null),
            Body = new PlainBody(),
        };
        var path = Fresh("p7m");
        await File.WriteAllBytesAsync(path, (await SignedStatement.SignAsync(statement, signer, CancellationToken.None)).Cms.ToArray());
        return path;
    }

    /// <summary>A seal signature over content.txt.</summary>
    public static async Task<string> SealSignatureAsync()
    {
        var path = Fresh("ses");
        await File.WriteAllBytesAsync(path, await SealAsync(await File.ReadAllBytesAsync(In("content.txt")), "content.txt"));
        return path;
    }

    /// <param name="issuer">As printed under the document.</param>
    /// <param name="sealName">Of a seal made for it; null: the sample's.</param>
    /// <param name="signers">Who signs; null: the sample's key.</param>
    /// <param name="more">Further issuers.</param>
    public static async Task<string> PackageAsync(
        string key, bool isSealed = true, string issuer = "样例单位", DocumentIdentifier? identifier = null, string? sealName = null, SealPlacement placement = SealPlacement.Container, IReadOnlyList<ISigningKey>? signers = null, params Issuer[] more)
    {
        var metadata = SampleMetadata.Minimal with { Issuers = [new Issuer("bj/gov", issuer, placement), .. more], Identifier = identifier };
        PackagePart[] parts = [PackagePart.Metadata(metadata.ToXml()), PackagePart.Body("正文.pdf", () => new MemoryStream("%PDF-1.7 sample"u8.ToArray()))];
        var manifest = await PackageManifest.CreateAsync(parts, withSm3: false, CancellationToken.None);
        using var sample = Key(key);
        signers ??= [sample];
        var signature = await CmsSigner.SignAsync(manifest.Bytes, signers[0], CommandLine.Now, CmsForm.Detached, CancellationToken.None);
        foreach (var further in signers.Skip(1))
        {
            signature = await CmsSigner.AddSignerAsync(signature, ContentDigests.Of(manifest.Bytes), further, CommandLine.Now, CancellationToken.None);
        }

        ReadOnlyMemory<byte>[] seals = isSealed ? [await SealAsync(manifest.Bytes, ManifestPath, sealName)] : [];
        var path = Fresh("asice");
        await using var file = File.Create(path);
        await PackageWriter.WriteAsync(file, manifest, parts, signature, seals, CancellationToken.None);
        return path;
    }

    /// <summary>The same file with one byte of this text changed.</summary>
    public static async Task<string> AlteredAsync(string path, string text)
    {
        var bytes = await File.ReadAllBytesAsync(path);
        var at = bytes.AsSpan().IndexOf(System.Text.Encoding.UTF8.GetBytes(text));
        Assert.That(at, Is.Positive, $"'{text}' is not in {path}");
        bytes[at] ^= 1;
        var altered = Fresh(Path.GetExtension(path).TrimStart('.'));
        await File.WriteAllBytesAsync(altered, bytes);
        return altered;
    }

    private static async Task<byte[]> SealAsync(byte[] content, string property, string? name = null)
    {
        using var holder = Key("seal");
        var seal = Seal.Parse(await File.ReadAllBytesAsync(In("certs/seal.esl")));
        if (name is not null)
        {
            using var maker = Key("authority/seal-maker");
            var definition = new SealDefinition
            {
                EsId = "11000000000009",
                VendorId = seal.VendorId,
                Name = name,
                Type = seal.Type,
                Picture = seal.Picture,
                Signers = [holder.Certificate],
                CreatedAt = seal.CreatedAt,
                ValidFrom = seal.ValidFrom,
                ValidUntil = seal.ValidUntil,
            };
            seal = await SealMaker.MakeAsync(definition, maker, CancellationToken.None);
        }

        return await SealApplication.ApplyAsync(seal, holder, content, property, CommandLine.Now, CancellationToken.None);
    }

    private static string Fresh(string ending) => In($"{TestContext.CurrentContext.Test.ID}-{Interlocked.Increment(ref made)}.{ending}");

    private static int made;
}
