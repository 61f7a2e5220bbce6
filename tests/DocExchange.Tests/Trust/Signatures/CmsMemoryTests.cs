using System.Security.Cryptography;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Keys;
using DocExchange.Trust.Signatures;
using DocExchange.Trust.Validation;

namespace DocExchange.Tests.Trust.Signatures;

/// <summary>Attached content is read, hashed and compared where it is: what exceeds 85 KB goes to the large objects, which a full collection alone frees.</summary>
[TestFixture]
public sealed class CmsMemoryTests
{
    private const int Size = 4 * 1024 * 1024;

    // SM2 in software takes some 400 KB of numbers.
    private const int Allowance = 1024 * 1024;

    [Test]
    public async Task Judging_a_signature_copies_no_content([Values(KeyAlgorithm.Rsa, KeyAlgorithm.EcdsaP256, KeyAlgorithm.Sm2)] KeyAlgorithm algorithm, [Values] bool isStrict)
    {
        using var office = new SigningOffice();
        using var key = office.Certify(algorithm);
        var cms = await CmsSigner.SignAsync(RandomNumberGenerator.GetBytes(Size), key, SigningOffice.Now, CmsForm.Encapsulated, CancellationToken.None);
        var store = office.Store with { Intermediates = [office.Authority.Certificate, office.GmAuthority.Certificate] };
        var validator = new CmsValidator(store, isStrict ? ValidationPolicy.Strict : ValidationPolicy.Foreign);
        Assert.That(Judge().Faults, Is.Empty);

        var before = GC.GetAllocatedBytesForCurrentThread();
        Judge();

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(Allowance));

        Verdict Judge() => validator.Judge(cms, null, SigningOffice.Now, CertificateUsage.DocumentSigning);
    }

    [Test]
    public async Task Signing_copies_the_content_once_into_what_is_given_back()
    {
        using var office = new SigningOffice();
        using var key = office.Certify(KeyAlgorithm.EcdsaP256);
        var content = RandomNumberGenerator.GetBytes(Size);
        await CmsSigner.SignAsync(content, key, SigningOffice.Now, CmsForm.Encapsulated, CancellationToken.None);

        var before = GC.GetAllocatedBytesForCurrentThread();
        var signing = CmsSigner.SignAsync(content, key, SigningOffice.Now, CmsForm.Encapsulated, CancellationToken.None);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.That(signing.IsCompletedSuccessfully, "a key in a file signs on this thread");
        Assert.That(allocated, Is.GreaterThan(Size).And.LessThan(Size + Allowance));
    }

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(0x7F)]
    [TestCase(0x80)]
    [TestCase(0xFF)]
    [TestCase(0x100)]
    [TestCase(0xFFFF)]
    [TestCase(0x1_0000)]
    [TestCase(0xFF_FFFF)]
    [TestCase(0x100_0000)]
    public async Task Content_of_every_length_of_lengths_is_in_our_own_form(int length)
    {
        using var office = new SigningOffice();
        using var key = office.Certify(KeyAlgorithm.EcdsaP256);
        var cms = await CmsSigner.SignAsync(new byte[length], key, SigningOffice.Now, CmsForm.Encapsulated, CancellationToken.None);
        var store = office.Store with { Intermediates = [office.Authority.Certificate] };

        Assert.That(new CmsValidator(store, ValidationPolicy.Strict).Judge(cms, null, SigningOffice.Now, CertificateUsage.DocumentSigning).Faults, Is.Empty);
    }
}
