using System.Security.Cryptography;
using System.Text;
using CsCheck;
using DocExchange.Tests.Trust.Ofd;
using DocExchange.Tests.Trust.Pdf;
using DocExchange.Tests.Trust.Seals;
using DocExchange.Tests.Trust.Signatures;
using DocExchange.Tests.Trust.Timestamps;
using DocExchange.Trust.Certificates;
using DocExchange.Trust.Containers;
using DocExchange.Trust.Keys;
using DocExchange.Trust.Ofd;
using DocExchange.Trust.Pdf;
using DocExchange.Trust.Seals;
using DocExchange.Trust.Signatures;
using DocExchange.Trust.Timestamps;
using DocExchange.Trust.Validation;

namespace DocExchange.Tests.Trust.Validation;

/// <summary>OFD and PDF files: what was measured once gives the verdict at any time, under any policy, without the file.</summary>
public sealed class DocumentFactsTests
{
    private static readonly DateTimeOffset Gathered = SealWorld.Sealed.AddDays(1);

    private static readonly DateTimeOffset[] Times =
    [
        Gathered, SealWorld.From.AddDays(-9), SealWorld.Sealed, SealWorld.Until.AddDays(1), SigningOffice.Now, SigningOffice.Now.AddDays(1), SigningOffice.Now.AddYears(3), SigningOffice.End.AddYears(1), SigningOffice.Start.AddYears(-1),
    ];

    private static readonly ValidationPolicy[] Policies =
    [
        ValidationPolicy.Foreign,
        ValidationPolicy.Strict,
        ValidationPolicy.Foreign with { RevocationRequired = true },
        ValidationPolicy.Foreign with { Algorithms = AlgorithmPolicy.Default.With("SM2", SealWorld.Sealed).With("SHA-256", SigningOffice.Now) },
    ];

    private readonly List<(string Name, byte[] File)> samples = [];
    private SealWorld world = null!;
    private StampingSite site = null!;
    private TrustStore store = null!;

    [OneTimeSetUp]
    public async Task MakeAsync()
    {
        (world, site) = (new SealWorld(), new StampingSite());
        var (known, seals) = (site.StoreWith(), world.Trust);
        store = new TrustStore([.. known.Anchors, .. seals.Anchors], known.Intermediates, [.. known.RevocationLists, .. seals.RevocationLists]);
        await AddOfdAsync();
        await AddPdfAsync();
    }

    [OneTimeTearDown]
    public void Dispose()
    {
        world.Dispose();
        site.Dispose();
    }

    [Test]
    public async Task The_verdict_from_kept_facts_is_the_one_from_the_file_at_every_time_and_under_every_policy()
    {
        foreach (var (name, file) in samples)
        {
            await ExpectSameAsync(name, file, Times, Policies);
        }
    }

    [Test]
    public void The_same_holds_for_files_that_were_altered_anyhow() => Gen.Select(
            Gen.Int[0, samples.Count - 1], Gen.Select(Gen.Double[0, 1], Gen.Int[0, 6], Gen.Byte.Array[0, 6]).Array[1, 3], Gen.Int[0, Times.Length - 1], Gen.Int[0, Policies.Length - 1])
        .Sample(
            (sample, changes, time, policy) =>
            {
                var altered = changes.Aggregate(samples[sample].File, (bytes, change) =>
                {
                    var at = (int)(change.Item1 * bytes.Length);
                    return [.. bytes.AsSpan(0, at), .. change.Item3, .. bytes.AsSpan(Math.Min(at + change.Item2, bytes.Length))];
                });
                ExpectSameAsync($"altered: {samples[sample].Name}", altered, [Times[time]], [Policies[policy]]).GetAwaiter().GetResult();
            },
            iter: 600,
            threads: 1);

    [Test]
    public async Task Facts_are_the_same_whatever_the_policy_and_the_time()
    {
        foreach (var (name, file) in samples)
        {
            var all = new HashSet<string>();
            foreach (var policy in Policies)
            {
                var facts = (await VerifyAsync(file, SigningOffice.End, policy)).Facts!;
                all.Add(Encoding.UTF8.GetString(FactsText.Write(facts with { IsOwn = false })));
            }

            Assert.That(all, Has.Count.EqualTo(1), name);
        }
    }

    [Test]
    public async Task The_file_is_named_by_its_digest_and_nothing_of_its_pages_is_kept()
    {
        foreach (var (name, file) in samples)
        {
            var facts = (await VerifyAsync(file, Gathered, ValidationPolicy.Foreign)).Facts!;

            Assert.That(facts.Sha256, Is.EqualTo(Convert.ToHexStringLower(SHA256.HashData(file))), name);
            Assert.That(FactsText.Write(facts).AsSpan().IndexOf(Encoding.UTF8.GetBytes(Convert.ToBase64String("<ofd:Content>"u8)[..16])), Is.Negative, name);
        }
    }

    [Test]
    public void What_takes_too_much_room_is_not_kept()
    {
        var kept = new KeptFacts<int>();
        kept.Add(1, 60L << 20);
        var within = kept.All!.ToArray();
        kept.Add(2, 5L << 20);
        kept.Add(3, 1);

        Assert.That((within, kept.All), Is.EqualTo((new[] { 1 }, (IReadOnlyList<int>?)null)));
    }

    [Test]
    public void Nothing_is_kept_of_a_document_that_was_refused()
    {
        var kept = new KeptFacts<int>();
        kept.Add(1, 60L << 20);
        kept.Clear();
        var cleared = kept.All!.ToArray();
        kept.Add(2, 60L << 20);

        Assert.That((cleared, kept.All!.ToArray()), Is.EqualTo((Array.Empty<int>(), new[] { 2 })));
    }

    private async Task ExpectSameAsync(string name, byte[] file, DateTimeOffset[] times, ValidationPolicy[] policies)
    {
        var direct = await VerifyAsync(file, Gathered, ValidationPolicy.Foreign);
        if (direct.Document is null || direct.Facts is null)
        {
            // Altered so that it is another kind of file.
            return;
        }

        var kept = FactsText.Read(FactsText.Write(direct.Facts));
        foreach (var (at, policy) in times.SelectMany(at => policies.Select(policy => (at, policy))))
        {
            var fromFile = (await VerifyAsync(file, at, policy)).Document!;
            var fromFacts = FactsJudge.JudgeDocument(kept, policy, at)!;
            Assert.That(Describe(fromFacts), Is.EqualTo(Describe(fromFile)), $"{name} at {at:u}");
            Assert.That(FactsJudge.Judge(kept, policy, at).Indication, Is.EqualTo(fromFile.Verdict.Indication), name);
        }
    }

    private Task<FileVerdict> VerifyAsync(byte[] file, DateTimeOffset at, ValidationPolicy policy) =>
        FileVerifier.VerifyAsync(new MemoryStream(file, writable: false), null, new FileDemands(store, policy, PackageLimits.Default, at) { Proofs = [] }, CancellationToken.None);

    private static IEnumerable<string> Describe(SignedDocument judged) => judged.Verdict.Findings.Select(finding => finding.ToString())
        .Concat(judged.Signatures.Zip(judged.Verdict.Signatures).SelectMany(each => each.First.Verdict.Findings.Select(finding => finding.ToString()).Append(string.Join(
            " | ",
            each.First.Id, each.First.Path, each.First.Maker, each.First.Seal?.Name, each.First.ActsAsSeal, each.First.Integrity, string.Join(',', each.First.Covered), string.Join(',', each.First.Altered),
            each.Second.Kind, each.Second.Signer, each.Second.SignedAt?.ToString("O"), each.Second.Of, each.Second.Proof, each.Second.Indication, each.Second.SubIndication))))
        .Append(string.Join(',', judged.Uncovered))
        .Append($"{judged.Verdict.Indication} {judged.Verdict.SubIndication}");

    private async Task AddOfdAsync()
    {
        foreach (var (version, raw, asDigests) in new[] { (1, false, false), (4, true, true), (5, false, false) })
        {
            var maker = new OfdMaker();
            await maker.SealAsync(world, null, version, raw, asDigests);
            samples.Add(($"OFD with a seal of version {version}", maker.Zip()));
        }

        var twice = new OfdMaker();
        await twice.SealAsync(world, new OfdStyle { HasSealFile = false, Time = null });
        await twice.SealAsync(world, new OfdStyle { Type = "Sign", Protects = path => !path.StartsWith("Doc_0/Signs/", StringComparison.Ordinal) });
        samples.Add(("OFD with two seals", twice.Zip()));
        twice.Parts["Doc_0/PublicRes.xml"] = "<altered/>"u8.ToArray();
        twice.Parts["stray.txt"] = "x"u8.ToArray();
        twice.Parts.Remove("Doc_0/Signs/Sign_1/SignedValue.dat");
        samples.Add(("OFD that was altered", twice.Zip()));
        var early = new OfdMaker();
        await early.SealAsync(world, at: SealWorld.From.AddHours(-3));
        samples.Add(("OFD of a doubtful time zone", early.Zip()));
        samples.Add(("OFD without signatures", new OfdMaker().Zip()));

        using var gm = site.Office.Certify(KeyAlgorithm.Sm2);
        using var key = site.Office.Certify(KeyAlgorithm.EcdsaP256);
        foreach (var (name, sign) in new (string, Func<byte[], Task<byte[]>>)[]
        {
            ("the digest as content", file => OfdCmsForms.DigestAsContentAsync(gm, file)),
            ("detached CMS", file => OfdCmsForms.DetachedAsync(gm, file)),
            ("stamped CMS", async file => await SignatureLevels.AddTimestampsAsync(await OfdCmsForms.PlainAsync(key, file), site.Client(), CancellationToken.None)),
            ("no signature", _ => Task.FromResult<byte[]>([1, 2, 3])),
        })
        {
            var maker = new OfdMaker();
            await maker.SignAsync(new OfdStyle { Type = "Sign" }, sign);
            samples.Add(("OFD with " + name, maker.Zip()));
        }
    }

    private async Task AddPdfAsync()
    {
        using var key = site.Office.Certify(KeyAlgorithm.EcdsaP256);
        using var rsa = site.Office.Certify(KeyAlgorithm.Rsa);
        var seal = await world.MakeAsync();
        var once = await PdfMaker.SignAsync(PdfMaker.Plain(), content => DetachedAsync(rsa, content));
        var stamped = await PdfMaker.SignAsync(once, content => site.StampAsync(content), "ETSI.RFC3161");
        var sealedPdf = await PdfMaker.SignAsync(PdfMaker.Plain(), content => SealApplication.ApplyAsync(seal, world.Holder, content, "PDF", SealWorld.Sealed, CancellationToken.None), "GM.sm2seal");
        samples.Add(("PDF with a CMS", once));
        samples.Add(("PDF with two", await PdfMaker.SignAsync(once, async content => await SignatureLevels.AddTimestampsAsync(await DetachedAsync(key, content), site.Client(), CancellationToken.None), "ETSI.CAdES.detached")));
        samples.Add(("PDF with a document time-stamp", stamped));
        samples.Add(("PDF with something added", [.. stamped, .. "7 0 obj\n<<>>\nendobj\n%%EOF\n"u8]));
        samples.Add(("PDF with a seal", sealedPdf));
        samples.Add(("PDF with a SHA-1 value", await PdfMaker.SignAsync(PdfMaker.Plain(), content => CmsSigner.SignAsync(SHA1.HashData(content), rsa, SigningOffice.Now, CmsForm.Encapsulated, CancellationToken.None), "adbe.pkcs7.sha1")));
        samples.Add(("PDF with what is no CMS", await PdfMaker.SignAsync(PdfMaker.Plain(), _ => Task.FromResult<byte[]>([4, 3, 1, 2, 3]), "adbe.x509.rsa_sha1")));
        samples.Add(("PDF without signatures", PdfMaker.Plain()));
        samples.Add(("PDF in a PDF", [.. PdfMaker.Plain(), .. once]));
    }

    private static async Task<byte[]> DetachedAsync(ISigningKey key, byte[] content) => await CmsSigner.SignAsync(content, key, SigningOffice.Now, CmsForm.Detached, CancellationToken.None);
}
