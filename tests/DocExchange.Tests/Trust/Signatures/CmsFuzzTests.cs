using CsCheck;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Keys;
using DocExchange.Trust.Signatures;
using DocExchange.Trust.Validation;

namespace DocExchange.Tests.Trust.Signatures;

[TestFixture]
public sealed class CmsFuzzTests
{
    private static readonly byte[] Content = "内容"u8.ToArray();

    private SigningOffice office = null!;
    private byte[] cms = [];

    [OneTimeSetUp]
    public async Task Sign()
    {
        office = new SigningOffice();
        using var key = office.Certify(KeyAlgorithm.EcdsaP256);
        cms = await CmsSigner.SignAsync(Content, key, SigningOffice.Now, CmsForm.Encapsulated, CancellationToken.None);
    }

    [OneTimeTearDown]
    public void Close() => office.Dispose();

    [Test]
    public void Throws_nothing_but_its_own_exception_for_arbitrary_bytes() =>
        Gen.Byte.Array[0, 300].Sample(OnlyFormatFaults, iter: 3000);

    [Test]
    public void Throws_nothing_but_its_own_exception_for_altered_signatures_and_passes_none()
    {
        var alteration = Gen.Select(Gen.Int[0, cms.Length - 1], Gen.Int[0, 4], Gen.Byte.Array[0, 12]);
        var validator = new CmsValidator(office.Store with { Intermediates = [office.Authority.Certificate] }, ValidationPolicy.Foreign);

        alteration.Array[1, 4].Sample(
            alterations =>
            {
                var altered = alterations.Aggregate(cms, Alter);
                OnlyFormatFaults(altered);
                var verdict = validator.Judge(altered, null, SigningOffice.Now, CertificateUsage.DocumentSigning);
                return verdict.Indication != Indication.TotalPassed || StillSays(altered);
            },
            iter: 3000);
    }

    /// <summary>Under the foreign policy unsigned bytes may change; the content and the signer may not.</summary>
    private bool StillSays(byte[] altered)
    {
        var before = CmsSignedData.Parse(cms, CmsLimits.Default);
        var after = CmsSignedData.Parse(altered, CmsLimits.Default);
        return after.Content!.Value.Span.SequenceEqual(Content)
            && after.Signers[0].SignedAttributes!.ToSignedBytes().AsSpan().SequenceEqual(before.Signers[0].SignedAttributes!.ToSignedBytes());
    }

    private static byte[] Alter(byte[] bytes, (int At, int Removed, byte[] Inserted) change)
    {
        var at = Math.Min(change.At, bytes.Length);
        var end = Math.Min(at + change.Removed, bytes.Length);
        return [.. bytes.AsSpan(0, at), .. change.Inserted, .. bytes.AsSpan(end)];
    }

    private static void OnlyFormatFaults(byte[] bytes)
    {
        try
        {
            var signed = CmsSignedData.Parse(bytes, CmsLimits.Default);
            _ = signed.IsDer;
            _ = signed.Signers.Select(signer => signer.SigningTime).ToList();
        }
        catch (CmsFormatException fault)
        {
            Assert.That(fault.Code, Does.StartWith("CMS_"));
        }
    }
}
