using DocExchange.Tests.Trust.Seals;
using DocExchange.Tests.Trust.Signatures;
using DocExchange.Tests.Trust.Timestamps;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Keys;
using DocExchange.Trust.Ofd;
using DocExchange.Trust.Signatures;
using DocExchange.Trust.Timestamps;
using DocExchange.Trust.Validation;

namespace DocExchange.Tests.Trust.Ofd;

/// <summary>What verifying the values of all signatures of an OFD may cost together.</summary>
public sealed class OfdValueWorkTests
{
    // One value by an SM2 key is estimated at 250 and a little for what it covers.
    private const long OfOne = 270;

    private readonly SealWorld world = new();

    [OneTimeTearDown]
    public void Close() => world.Dispose();

    [Test]
    public async Task Beyond_the_work_for_one_file_no_value_is_verified_and_none_called_right()
    {
        using var many = Signed(5);
        await many.Maker.SignAsync(new OfdStyle { Type = null }, many.Sign);
        using (Assert.EnterMultipleScope())
        {
            await ExpectAsync(many.Maker, CertificatePathOptions.Default.MaxFileWork, refused: 0, of: 5);
            await ExpectAsync(many.Maker, 2 * OfOne, refused: 3, of: 5);
            await ExpectAsync(many.Maker, 0, refused: 5, of: 5);
        }
    }

    // What is right at once counts once; r and s in other forms, and what is wrong at first, are verified once more.
    [Test]
    public async Task What_is_verified_once_more_counts_once_more()
    {
        using var office = new SigningOffice();
        using var ecdsa = office.Certify(KeyAlgorithm.EcdsaP256);
        var raw = new OfdMaker();
        await raw.SignAsync(new OfdStyle { Type = null }, file => OfdCmsForms.RawAsync(world.Holder, file));
        using (Assert.EnterMultipleScope())
        {
            await ExpectAsync(raw, OfOne, refused: 0, of: 1);
            await ExpectAsync(raw, 0, refused: 1, of: 1);
            foreach (var (key, one) in new[] { (world.Holder, OfOne), (ecdsa, 110) })
            {
                var wrong = new OfdMaker();
                await wrong.SignAsync(new OfdStyle { Type = null }, file =>
                {
                    var cms = ForgedCms.Of(key, file);
                    return Task.FromResult((cms with { Content = null, Signature = signed => cms.Signature([.. signed, 1]) }).Encode());
                });
                await ExpectAsync(wrong, one, refused: 1, of: 1);
                Assert.That((await JudgeAsync(wrong, 2 * one)).Signatures.Single().Integrity, Is.EqualTo(SignatureIntegrity.Broken));
            }
        }
    }

    [Test]
    public async Task The_signatures_of_one_file_draw_on_one_work()
    {
        using var signed = Signed(1);
        await signed.Maker.SignAsync(new OfdStyle { Type = null }, signed.Sign);
        await signed.Maker.SignAsync(new OfdStyle { Type = null }, signed.Sign);
        var stamped = new OfdMaker();
        await stamped.SealAsync(world);
        await stamped.SealAsync(world);
        using (Assert.EnterMultipleScope())
        {
            await ExpectAsync(signed.Maker, OfOne, refused: 1, of: 2);

            // Of a seal signature two values are verified, its own and that of the maker.
            Assert.That(await RefusedAsync(stamped, CertificatePathOptions.Default.MaxFileWork), Is.EqualTo(new[] { 0, 0 }));
            Assert.That(await RefusedAsync(stamped, OfOne), Is.EqualTo(new[] { 1, 2 }));
            Assert.That(await RefusedAsync(stamped, 0), Is.EqualTo(new[] { 2, 2 }));
        }
    }

    [Test]
    public async Task Time_stamps_draw_on_the_share_of_what_is_added()
    {
        using var site = new StampingSite();
        using var signer = site.Office.Certify(KeyAlgorithm.EcdsaP256);
        var maker = new OfdMaker();
        await maker.SignAsync(new OfdStyle { Type = null }, async file => await SignatureLevels.AddTimestampsAsync(await OfdCmsForms.PlainAsync(signer, file), site.Client(), CancellationToken.None));
        var store = site.StoreWith() with { Intermediates = [site.Office.Authority.Certificate] };
        using (Assert.EnterMultipleScope())
        {
            Assert.That(await LimitsAsync(CertificatePathOptions.Default.MaxAddedWork), Is.EqualTo(new[] { 0, 0 }));
            Assert.That(await LimitsAsync(0), Is.EqualTo(new[] { 0, 1 }));
        }

        async Task<IEnumerable<int>> LimitsAsync(long added) =>
            (await new OfdVerifier(store, ValidationPolicy.Foreign with { MaxAddedWork = added }).VerifyAsync(new MemoryStream(maker.Zip()), SigningOffice.Now, CancellationToken.None)).Signatures.Select(LimitsOf);
    }

    private async Task ExpectAsync(OfdMaker maker, long work, int refused, int of)
    {
        var judged = await JudgeAsync(maker, work);
        var beyond = judged.Signatures.Where(signature => LimitsOf(signature) > 0).ToList();
        Assert.That((judged.Signatures.Count, beyond.Count), Is.EqualTo((of, refused)), $"{work}");
        Assert.That(beyond.Select(signature => (signature.Integrity, signature.Verdict.Indication)), Has.All.EqualTo((SignatureIntegrity.Unknown, Indication.Indeterminate)));
        Assert.That(judged.Signatures.Except(beyond).Select(signature => signature.Integrity), Has.All.EqualTo(SignatureIntegrity.Intact));
    }

    private async Task<IEnumerable<int>> RefusedAsync(OfdMaker maker, long work) => (await JudgeAsync(maker, work)).Signatures.Select(LimitsOf);

    private static int LimitsOf(DocumentSignature signature) => signature.Verdict.Findings.Count(finding => finding.Code == "CMS_VALUE_LIMIT");

    private Task<SignedDocument> JudgeAsync(OfdMaker maker, long work) => new OfdVerifier(world.Trust, ValidationPolicy.Foreign with { MaxFileWork = work })
        .VerifyAsync(new MemoryStream(maker.Zip()), SealWorld.Sealed, CancellationToken.None);

    private Signing Signed(int copies) => new(world.Key("签名人", CertificateProfile.DocumentSigning, "北京市人民政府"), copies);

    /// <summary>Signs with as many copies of one signer.</summary>
    private sealed class Signing(ISigningKey key, int copies) : IDisposable
    {
        public OfdMaker Maker { get; } = new();

        public Task<byte[]> Sign(byte[] file) => Task.FromResult((ForgedCms.Of(key, file) with { Content = null, Copies = copies }).Encode());

        public void Dispose() => key.Dispose();
    }
}
