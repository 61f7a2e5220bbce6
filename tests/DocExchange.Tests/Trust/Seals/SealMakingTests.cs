using DocExchange.Tests.Trust.Signatures;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Digests;
using DocExchange.Trust.Keys;
using DocExchange.Trust.Seals;

namespace DocExchange.Tests.Trust.Seals;

public sealed class SealMakingTests
{
    private SealWorld world = null!;

    [OneTimeSetUp]
    public void CreateWorld() => world = new SealWorld();

    [OneTimeTearDown]
    public void DisposeWorld() => world.Dispose();

    [Test]
    public async Task Makes_a_seal_that_says_what_was_defined()
    {
        var definition = world.Definition(world.Holder, world.Stranger);
        var seal = await SealMaker.MakeAsync(definition, world.Maker, CancellationToken.None);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(seal.Version, Is.EqualTo(4));
            Assert.That(seal.EsId, Is.EqualTo(definition.EsId));
            Assert.That(seal.VendorId, Is.EqualTo(definition.VendorId));
            Assert.That(seal.Name, Is.EqualTo(definition.Name));
            Assert.That(seal.Type, Is.EqualTo(definition.Type));
            Assert.That(seal.CreatedAt, Is.EqualTo(definition.CreatedAt));
            Assert.That(seal.ValidFrom, Is.EqualTo(definition.ValidFrom));
            Assert.That(seal.ValidUntil, Is.EqualTo(definition.ValidUntil));
            Assert.That(seal.Picture, Is.EqualTo(definition.Picture));
            Assert.That(seal.Signers, Is.EqualTo(definition.Signers));
            Assert.That(seal.MakerCertificate, Is.EqualTo(world.Maker.Certificate));
            Assert.That(seal.Fingerprint, Is.EqualTo(Digest.Of(seal.Der.Span)));
            Assert.That(Seal.Parse(seal.Der), Is.EqualTo(seal));
        }
    }

    [Test]
    public async Task Encodes_a_seal_as_the_structures_of_the_standard_say()
    {
        // SealForms writes the same structures independently of the product's writer.
        var seal = await world.MakeAsync();
        Assert.That(seal.SignedBytes.ToArray(), Is.EqualTo(SealForms.Info(4, world.Definition())));
    }

    [Test]
    public async Task Applies_a_seal_so_that_the_signature_names_content_and_time()
    {
        var der = await world.ApplyAsync();
        var signature = SealSignature.Parse(der);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(signature.Der.ToArray(), Is.EqualTo(der));
            Assert.That(signature.Version, Is.EqualTo(4));
            Assert.That(signature.SignedAt, Is.EqualTo(SealWorld.Sealed));
            Assert.That(signature.PropertyInfo, Is.EqualTo(SealWorld.Property));
            Assert.That(signature.DataHash.ToArray(), Is.EqualTo(Sm3.Hash(SealWorld.Content)));
            Assert.That(
                signature.SignedBytes.ToArray(),
                Is.EqualTo(SealForms.ToSign(4, signature.Seal.Der.ToArray(), SealWorld.Sealed, SealWorld.Content, SealWorld.Property)));
        }
    }

    [Test]
    public async Task Refuses_a_maker_without_an_SM2_key()
    {
        using var authority = CertificateAuthority.CreateRoot(Suite.Intl, new DistinguishedName("Root", null, null), SealWorld.Made, SealWorld.Until);
        using var pair = KeyPair.Generate(KeyAlgorithm.EcdsaP256);
        var subject = new DistinguishedName("maker", null, null);
        using var key = pair.Certified(
            authority.Issue(pair.CreateRequest(subject), CertificateProfile.SealMaker, subject, null, SealWorld.Made, SealWorld.Until), []);
        var fault = await Assert.ThrowsAsync<SealRefusedException>(() => SealMaker.MakeAsync(world.Definition(), key, CancellationToken.None));
        Assert.That(fault!.Code, Is.EqualTo("SEAL_MAKER_KEY"));
    }

    private static IEnumerable<TestCaseData> ImpossibleDefinitions()
    {
        yield return Case("an empty number", definition => definition with { EsId = "" });
        yield return Case("a number that is not ASCII", definition => definition with { EsId = "一" });
        yield return Case("an empty name", definition => definition with { Name = " " });
        yield return Case("a name that is too long", definition => definition with { Name = new string('京', 101) });
        yield return Case("nobody to apply it", definition => definition with { Signers = [] });
        yield return Case("too many to apply it", definition => definition with { Signers = [.. Enumerable.Repeat(definition.Signers[0], 257)] });
        yield return Case("a negative type", definition => definition with { Type = -1 });
        yield return Case("an empty period", definition => definition with { ValidUntil = definition.ValidFrom });

        static TestCaseData Case(string what, Func<SealDefinition, SealDefinition> change) => new TestCaseData(change).SetName("Refuses_" + what.Replace(' ', '_'));
    }

    [TestCaseSource(nameof(ImpossibleDefinitions))]
    public async Task Refuses(Func<SealDefinition, SealDefinition> change)
    {
        var fault = await Assert.ThrowsAsync<SealRefusedException>(() => SealMaker.MakeAsync(change(world.Definition()), world.Maker, CancellationToken.None));
        Assert.That(fault!.Code, Is.EqualTo("SEAL_DEFINITION"));
    }

    [Test]
    public async Task Refuses_a_picture_that_is_not_what_it_is_called()
    {
        var definition = world.Definition();
        definition = definition with { Picture = definition.Picture with { Type = "png" } };
        var fault = await Assert.ThrowsAsync<SealFormatException>(() => SealMaker.MakeAsync(definition, world.Maker, CancellationToken.None));
        Assert.That(fault!.Code, Is.EqualTo("SEAL_PICTURE_FORMAT"));
    }

    [Test]
    public async Task Refuses_a_key_whose_certificate_the_seal_does_not_list()
    {
        var seal = await world.MakeAsync();
        Assert.That(await RefusalAsync(seal, world.Stranger, SealWorld.Sealed), Is.EqualTo("SEAL_SIGNER_NOT_LISTED"));
    }

    [Test]
    public async Task Refuses_to_apply_a_seal_outside_its_period()
    {
        var seal = await world.MakeAsync();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(await RefusalAsync(seal, world.Holder, SealWorld.From.AddSeconds(-1)), Is.EqualTo("SEAL_NOT_YET_VALID"));
            Assert.That(await RefusalAsync(seal, world.Holder, SealWorld.Until.AddSeconds(1)), Is.EqualTo("SEAL_EXPIRED"));
        }
    }

    [Test]
    public async Task Refuses_a_key_whose_certificate_has_expired()
    {
        using var brief = world.Key("短期", CertificateProfile.Seal, SealWorld.Made, SealWorld.Sealed.AddDays(-2));
        var seal = await SealMaker.MakeAsync(world.Definition(brief), world.Maker, CancellationToken.None);
        Assert.That(await RefusalAsync(seal, brief, SealWorld.Sealed), Is.EqualTo("SEAL_SIGNER_CERTIFICATE_PERIOD"));
    }

    [Test]
    public async Task Refuses_to_apply_a_seal_of_2014()
    {
        var seal = Seal.Parse(await SealForms.FirstSealAsync(SealForms.Info(1, world.Definition()), world.Maker));
        Assert.That(await RefusalAsync(seal, world.Holder, SealWorld.Sealed), Is.EqualTo("SEAL_VERSION"));
    }

    [Test]
    public async Task Refuses_to_apply_a_seal_with_a_key_that_is_not_SM2()
    {
        using var office = new SigningOffice();
        using var key = office.Certify(KeyAlgorithm.EcdsaP256);
        Assert.That(await RefusalAsync(await world.MakeAsync(), key, SealWorld.Sealed), Is.EqualTo("SEAL_SIGNER_KEY"));
    }

    private static async Task<string> RefusalAsync(Seal seal, ISigningKey key, DateTimeOffset at) =>
        (await Assert.ThrowsAsync<SealRefusedException>(
            () => SealApplication.ApplyAsync(seal, key, SealWorld.Content, SealWorld.Property, at, CancellationToken.None)))!.Code;
}
