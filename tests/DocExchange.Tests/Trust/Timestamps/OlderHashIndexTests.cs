using System.Formats.Asn1;
using System.Security.Cryptography;
using DocExchange.Tests.Trust.Signatures;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Keys;
using DocExchange.Trust.Signatures;
using DocExchange.Trust.Timestamps;
using DocExchange.Trust.Validation;

namespace DocExchange.Tests.Trust.Timestamps;

/// <summary>Archive time-stamps of other makers with the hash indexes of ETSI TS 101 733 and EN 319 122-1 V1.0.0.</summary>
[TestFixture]
public sealed class OlderHashIndexTests
{
    private const string First = "0.4.0.1733.2.5";
    private const string Second = "0.4.0.19122.1.4";
    private const string Third = "0.4.0.19122.1.5";

    private static readonly byte[] Content = StampingSite.Content;
    private static readonly DateTimeOffset Signed = SigningOffice.Now;

    private StampingSite site = null!;
    private StampingSite archive = null!;
    private ISigningKey signer = null!;
    private DateTimeOffset expired;

    [SetUp]
    public void Found()
    {
        site = new StampingSite();
        archive = new StampingSite(years: 10);
        archive.Clock.Advance(TimeSpan.FromHours(1));
        signer = site.Office.Certify(KeyAlgorithm.EcdsaP256);
        expired = site.Key.Certificate.NotAfter.AddDays(1);
    }

    [TearDown]
    public void Close()
    {
        signer.Dispose();
        archive.Dispose();
        site.Dispose();
    }

    [TestCase(First, false)]
    [TestCase(First, true)]
    [TestCase(Second, false)]
    public async Task Keeps_a_signature_whose_time_stamp_authority_has_expired(string form, bool omitsAlgorithm)
    {
        var stamped = await StampAsync();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Faults(Judge(await ArchiveAsync(stamped, form, pieces => Index(pieces, omitsAlgorithm)), expired)), Is.Empty);
            Assert.That(Faults(Judge(stamped, expired)), Does.Contain("TST_AUTHORITY_EXPIRED"), "it is the archive time-stamp that keeps it");
        }
    }

    [TestCase(First)]
    [TestCase(Second)]
    public async Task Notices_what_was_taken_out_and_what_was_altered(string form)
    {
        var archived = await ArchiveAsync(await StampAsync(), form, pieces => Index(pieces));
        var without = SignedDataPieces.Of(CmsSignedData.Parse(archived, CmsLimits.Default));
        without.Certificates.RemoveAt(0);
        var unstamped = SignedDataPieces.Of(CmsSignedData.Parse(archived, CmsLimits.Default));
        unstamped.Signers[0].Unsigned.RemoveAll(attribute => ForgedCms.OidOf(attribute.ToArray()) == TimestampOids.SignatureTimestamp);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Sub(Judge(without.Encode(), Signed.AddDays(1)), "ATS_HASH_INDEX_ENTRY"), Is.EqualTo((Indication.TotalFailed, SubIndication.HashFailure)));
            Assert.That(Sub(Judge(unstamped.Encode(), Signed.AddDays(1)), "ATS_HASH_INDEX_ENTRY"), Is.EqualTo((Indication.TotalFailed, SubIndication.HashFailure)));
            Assert.That(Faults(Judge(await ArchiveAsync(await StampAsync(), form, pieces => Index(pieces), otherContent: true), Signed.AddDays(1))), Does.Contain("TST_IMPRINT_MISMATCH"));
        }
    }

    // What the time-stamp covers is the value of the index alone: its type is not signed.
    [Test]
    public async Task An_index_of_one_form_is_none_of_another()
    {
        var stamped = await StampAsync();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Faults(Judge(await ArchiveAsync(stamped, Third, pieces => Index(pieces)), expired)), Does.Contain("ATS_HASH_INDEX_ENTRY").And.Contain("TST_AUTHORITY_EXPIRED"));
            Assert.That(Faults(Judge(await ArchiveAsync(stamped, First, OfThirdForm), expired)), Does.Contain("ATS_HASH_INDEX_ENTRY").And.Contain("TST_AUTHORITY_EXPIRED"));
            Assert.That(Faults(Judge(await ArchiveAsync(stamped, Second, pieces => Index(pieces, omitsAlgorithm: true)), expired)), Does.Contain("ATS_HASH_INDEX_MISSING"));
        }
    }

    [TestCase(First)]
    [TestCase(Second)]
    [TestCase(Third)]
    public async Task A_digest_that_is_not_known_leaves_it_open(string form)
    {
        // SHA3-256.
        var archived = await ArchiveAsync(await StampAsync(), form, pieces => Index(pieces, algorithm: "2.16.840.1.101.3.4.2.8"));

        Assert.That(Sub(Judge(archived, Signed.AddDays(1)), "ATS_HASH_INDEX_ALGORITHM"), Is.EqualTo((Indication.Indeterminate, SubIndication.CryptoConstraintsFailure)));
        Assert.That(Judge(archived, Signed.AddDays(1)).Signatures.Single(each => each.IsLeftOut).Indication, Is.EqualTo(Indication.Indeterminate));
    }

    [Test]
    public async Task What_is_named_by_a_broken_digest_is_not_protected()
    {
        var archived = await ArchiveAsync(await StampAsync(), Third, pieces => Index(pieces, algorithm: "1.2.840.113549.2.5", hash: MD5.HashData, isWhole: false));

        Assert.That(Sub(Judge(archived, Signed.AddDays(1)), "TST_ALGORITHM_EXPIRED"), Is.EqualTo((Indication.Indeterminate, SubIndication.CryptoConstraintsFailureNoPoe)));
        Assert.That(Faults(Judge(archived, expired)), Does.Contain("TST_AUTHORITY_EXPIRED"));
    }

    private async Task<byte[]> StampAsync() => await SignatureLevels.AddTimestampsAsync(
        await CmsSigner.SignAsync(Content, signer, Signed, CmsForm.Encapsulated, CancellationToken.None), site.Client(), CancellationToken.None);

    private async Task<byte[]> ArchiveAsync(byte[] cms, string form, Func<SignedDataPieces, byte[]> index, bool otherContent = false)
    {
        var pieces = SignedDataPieces.Of(CmsSignedData.Parse(cms, CmsLimits.Default));
        var made = index(pieces);
        var covered = ArchiveTimestamp.Covered(pieces, pieces.Signers[0], SHA256.HashData(otherContent ? [1] : Content), made);
        var token = await archive.Client().StampAsync(ContentDigests.Of(covered), DigestAlgorithm.Sha256, CancellationToken.None);
        var around = SignedDataPieces.Of(token.Token!.Signed);
        around.Signers[0].Add(form, made);
        pieces.Signers[0].Add(TimestampOids.ArchiveTimestampV3, around.Encode());
        return pieces.Encode();
    }

    /// <summary>Written here after ETSI TS 101 733 §6.4.2: one digest for each certificate, list and whole attribute.</summary>
    private static byte[] Index(
        SignedDataPieces pieces, bool omitsAlgorithm = false, string algorithm = ForgedCms.Sha256, Func<byte[], byte[]>? hash = null, bool isWhole = true)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            if (!omitsAlgorithm)
            {
                writer.WriteEncodedValue(ForgedCms.Algorithm(algorithm));
            }

            Write(pieces.Certificates.Select(each => each.ToArray()));
            Write(pieces.Revocations.Select(each => each.ToArray()));
            Write(isWhole ? pieces.Signers[0].Unsigned.Select(each => each.ToArray()) : pieces.Signers[0].UnsignedValues());
        }

        return writer.Encode();

        void Write(IEnumerable<byte[]> parts)
        {
            using (writer.PushSequence())
            {
                foreach (var part in parts)
                {
                    writer.WriteOctetString((hash ?? SHA256.HashData)(part));
                }
            }
        }
    }

    private static byte[] OfThirdForm(SignedDataPieces pieces) => ArchiveTimestamp.HashIndex(pieces, pieces.Signers[0], DigestAlgorithm.Sha256);

    private Verdict Judge(byte[] cms, DateTimeOffset at)
    {
        var (one, other) = (site.StoreWith(), archive.StoreWith());
        var store = new TrustStore([.. one.Anchors, .. other.Anchors], [.. one.Intermediates, .. other.Intermediates], [.. one.RevocationLists, .. other.RevocationLists]);
        return new CmsValidator(store, ValidationPolicy.Foreign).Judge(cms, null, at, CertificateUsage.DocumentSigning);
    }

    /// <summary>Those of time-stamps that were left out, too.</summary>
    private static IEnumerable<string> Faults(Verdict verdict) => AllFaults(verdict).Select(finding => finding.Code);

    private static IEnumerable<Finding> AllFaults(Verdict verdict) =>
        verdict.Signatures.SelectMany(signature => signature.Findings).Concat(verdict.Findings).Where(finding => finding.Indication != Indication.TotalPassed);

    private static (Indication, SubIndication)? Sub(Verdict verdict, string code) =>
        AllFaults(verdict).FirstOrDefault(finding => finding.Code == code) is { } found ? (found.Indication, found.SubIndication) : null;
}
