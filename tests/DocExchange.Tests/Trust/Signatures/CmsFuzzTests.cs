using CsCheck;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Containers;
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

    [Test]
    public void Judges_altered_counter_signatures_and_their_facts_alike_and_never_throws()
    {
        using var key = office.Certify(KeyAlgorithm.EcdsaP256);
        var whole = (ForgedCms.Of(key, Content) with { Certificates = [key.Certificate.Der] }).CounterSigned(CounterSigning.Counter(key), CounterSigning.Counter(key));
        var alteration = Gen.Select(Gen.Int[0, whole.Length - 1], Gen.Int[0, 3], Gen.Byte.Array[0, 4]);
        var demands = new FileDemands(office.Store with { Intermediates = [office.Authority.Certificate] }, ValidationPolicy.Foreign, PackageLimits.Default, SigningOffice.Now);

        alteration.Array[1, 3].Sample(
            alterations =>
            {
                var judged = FileVerifier.VerifyAsync(new MemoryStream(alterations.Aggregate(whole, Alter)), null, demands, CancellationToken.None).GetAwaiter().GetResult();
                return judged.Facts is null
                    || FactsJudge.Judge(FactsText.Read(FactsText.Write(judged.Facts)), demands.Policy, demands.At).Faults.SequenceEqual(judged.Verdict.Faults);
            },
            iter: 600);
    }

    [Test]
    public void Reads_altered_facts_as_facts_or_refuses_them()
    {
        var store = office.Store with { Intermediates = [office.Authority.Certificate] };
        var demands = new FileDemands(store, ValidationPolicy.Foreign, PackageLimits.Default, SigningOffice.Now);
        var facts = FactsText.Write(FileVerifier.VerifyAsync(new MemoryStream(cms), null, demands, CancellationToken.None).GetAwaiter().GetResult().Facts!);
        var alteration = Gen.Select(Gen.Int[0, facts.Length - 1], Gen.Int[0, 3], Gen.Byte.Array[0, 4]);

        alteration.Sample(
            change =>
            {
                try
                {
                    _ = FactsJudge.Judge(FactsText.Read(Alter(facts, change)), demands.Policy, demands.At).Indication;
                }
                catch (FormatException fault)
                {
                    Assert.That(fault.Message, Is.Not.Empty);
                }
            },
            iter: 600);
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
