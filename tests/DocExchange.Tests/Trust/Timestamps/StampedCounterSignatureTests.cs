using DocExchange.Tests.Trust.Signatures;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Keys;
using DocExchange.Trust.Signatures;
using DocExchange.Trust.Timestamps;
using DocExchange.Trust.Validation;
using static DocExchange.Tests.Trust.Signatures.CounterSigning;

namespace DocExchange.Tests.Trust.Timestamps;

/// <summary>Time-stamps of counter-signatures, which are signatures with unsigned attributes of their own (RFC 5652 §11.4).</summary>
internal sealed class StampedCounterSignatureTests
{
    private static readonly byte[] Content = StampingSite.Content;
    private static readonly DateTimeOffset Signed = SigningOffice.Now;

    // After the end of the counter-signer's certificate, within that of the signer's.
    private static readonly DateTimeOffset Later = Signed.AddDays(60);

    private readonly StampingSite site = new();
    private readonly KeyPair pair = KeyPair.Generate(Suite.Intl);
    private ISigningKey signer = null!;
    private ISigningKey other = null!;

    [OneTimeSetUp]
    public void Found()
    {
        signer = site.Office.Certify(KeyAlgorithm.EcdsaP256);
        var name = new DistinguishedName("法制办", null, null);
        other = pair.Certified(site.Office.Authority.Issue(pair.CreateRequest(name), CertificateProfile.DocumentSigning, name, null, Signed.AddYears(-1), Signed.AddDays(30)), []);
    }

    [OneTimeTearDown]
    public void Close()
    {
        other.Dispose();
        signer.Dispose();
        pair.Dispose();
        site.Dispose();
    }

    [Test]
    public async Task Its_own_time_stamp_proves_that_it_is_older_than_the_end_of_its_certificate()
    {
        var (parent, counter) = Parts();
        var value = ValueOf(parent.CounterSigned(counter));
        ForgedCms With(byte[] token) => counter with { Signature = _ => value, UnsignedAttributes = [ForgedCms.Attribute(TimestampOids.SignatureTimestamp, token)] };

        var bare = Judge(parent.CounterSigned(counter with { Signature = _ => value }));
        var stamped = Judge(parent.CounterSigned(With(await site.StampAsync(value))));
        var wrong = Judge(parent.CounterSigned(With(await site.StampAsync())));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(bare[1].SubIndication, Is.EqualTo(SubIndication.OutOfBoundsNoPoe));
            Assert.That(stamped.Select(each => (each.Kind, each.Of, each.Indication, each.IsLeftOut)), Is.EqualTo(new[]
            {
                (SignatureKind.Cms, (int?)null, Indication.TotalPassed, false), (SignatureKind.Cms, 0, Indication.TotalPassed, false), (SignatureKind.Timestamp, 1, Indication.TotalPassed, false),
            }));
            Assert.That(stamped[1].Proof?.Time, Is.EqualTo(Signed + TimestampAuthority.Accuracy));
            Assert.That((wrong[1].SubIndication, wrong[1].IsLeftOut, wrong[2].SubIndication), Is.EqualTo((SubIndication.OutOfBoundsNoPoe, true, SubIndication.HashFailure)));
        }
    }

    [Test]
    public async Task A_time_stamp_over_its_content_is_one_over_the_value_it_signs()
    {
        var (parent, counter) = Parts();
        var signed = CmsSignedData.Parse(parent.Encode(), CmsLimits.Default).Signers[0].Signature.ToArray();
        ForgedCms With(byte[] token) => counter.WithMore(ForgedCms.Attribute(TimestampOids.ContentTimestamp, token));

        var right = Judge(parent.CounterSigned(With(await site.StampAsync(signed))), Signed);
        var wrong = Judge(parent.CounterSigned(With(await site.StampAsync())), Signed);

        Assert.That((right[1].IsLeftOut, right[2].Indication), Is.EqualTo((false, Indication.TotalPassed)));
        Assert.That((wrong[1].IsLeftOut, wrong[2].IsLeftOut, wrong[2].SubIndication), Is.EqualTo((true, true, SubIndication.HashFailure)));
    }

    [Test]
    public async Task An_archive_time_stamp_of_the_signature_proves_those_that_its_index_names()
    {
        var (parent, counter) = Parts();
        var archived = await SignatureLevels.AddArchiveTimestampsAsync(parent.CounterSigned(counter), null, site.Client(), CancellationToken.None);
        var pieces = SignedDataPieces.Of(CmsSignedData.Parse(archived, CmsLimits.Default));
        var another = CmsSignedData.Parse(parent.CounterSigned(counter), CmsLimits.Default).Signers[0].UnsignedAttributes!.All[0];
        pieces.Signers[0].Add(another.Oid, another.Values[0].Span);

        var (named, added) = (Judge(archived), Judge(pieces.Encode()));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Counters(named).Select(each => (each.Indication, each.Proof?.Time)), Is.EqualTo(new[] { (Indication.TotalPassed, (DateTimeOffset?)(Signed + TimestampAuthority.Accuracy)) }));
            Assert.That(Counters(added).Select(each => each.SubIndication), Is.EquivalentTo(new[] { SubIndication.None, SubIndication.OutOfBoundsNoPoe }));
        }
    }

    [Test]
    public async Task No_more_than_the_limit_are_judged_those_of_the_signature_first()
    {
        var (parent, counter) = Parts();
        var value = ValueOf(parent.CounterSigned(counter));
        var token = await site.StampAsync(value);
        var many = counter with { Signature = _ => value, UnsignedAttributes = [ForgedCms.Attribute(TimestampOids.SignatureTimestamp, [.. Enumerable.Repeat(token, 20)])] };

        var verdicts = Judge(parent.CounterSigned(many), Signed);

        Assert.That(verdicts.Count(each => each.Kind == SignatureKind.Timestamp), Is.EqualTo(16));
        Assert.That((verdicts[1].IsLeftOut, verdicts[1].Findings.Any(finding => finding.Code == "TIMESTAMP_LIMIT")), Is.EqualTo((true, true)));
    }

    /// <summary>A signature whose value is always the same, and what countersigns it.</summary>
    private (ForgedCms Parent, ForgedCms Counter) Parts()
    {
        var parent = ForgedCms.Of(signer, Content) with { Certificates = [signer.Certificate.Der, other.Certificate.Der] };
        var value = CmsSignedData.Parse(parent.Encode(), CmsLimits.Default).Signers[0].Signature.ToArray();
        return (parent with { Signature = _ => value }, Counter(other));
    }

    private static byte[] ValueOf(byte[] countersigned)
    {
        var counter = CmsSignedData.Parse(countersigned, CmsLimits.Default).Signers[0].UnsignedAttributes!.All[0].Values[0];
        return CmsReader.TryReadSigner(counter, CmsLimits.Default, out _)!.Signature.ToArray();
    }

    private static IEnumerable<SignatureVerdict> Counters(IEnumerable<SignatureVerdict> verdicts) => verdicts.Where(each => each is { Kind: SignatureKind.Cms, Of: not null });

    private IReadOnlyList<SignatureVerdict> Judge(byte[] cms, DateTimeOffset? at = null)
    {
        var list = site.Issuer.IssueRevocationList([], Signed.AddDays(-1), Signed.AddDays(90), 9);
        return new CmsValidator(site.StoreWith() with { RevocationLists = [list] }, ValidationPolicy.Foreign).Judge(cms, null, at ?? Later, CertificateUsage.DocumentSigning).Signatures;
    }
}
