using System.Security.Cryptography;
using CsCheck;
using DocExchange.Trust.Containers;
using DocExchange.Trust.Digests;

namespace DocExchange.Tests.Trust.Containers;

public sealed class PackageRoundTripTests
{
    // If this changes, packages and document ids written so far would no longer be what the writer makes: a new format
    // version, not a new constant.
    private const string GoldenPackageId = "a20994be9ee608e6c1eecd0fa788039c00ecba73695421a68bb15390f190cc98";

    [Test]
    public async Task Reads_back_what_was_written([Values] bool withSm3, [Values(0, 1, 3)] int seals)
    {
        var package = await SamplePackage.BytesAsync(withSm3, seals);

        using var reader = await SamplePackage.OpenAsync(package);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(reader.Metadata.ToArray(), Is.EqualTo(SamplePackage.Metadata));
            Assert.That(reader.Signature.ToArray(), Is.EqualTo(SamplePackage.Signature));
            Assert.That(reader.Seals.Select(seal => seal.ToArray()), Is.EqualTo(Enumerable.Repeat(SamplePackage.Seal, seals)));
            Assert.That(reader.Body.Path, Is.EqualTo("body/关于做好工作的意见.pdf"));
            Assert.That(reader.Body.MediaType, Is.EqualTo("application/pdf"));
            Assert.That(await ContentOf(reader, reader.Body), Is.EqualTo(SamplePackage.Body));
            Assert.That(reader.Attachments.Select(entry => entry.FileName), Is.EqualTo(new[] { "list 1.xlsx", "附件2（说明）.txt" }));
            Assert.That(reader.Attachments.Select(entry => entry.Size), Is.EqualTo(new long[] { 14, 0 }));
            Assert.That(reader.Manifest.Entries.Select(entry => entry.Sm3 is not null), Is.All.EqualTo(withSm3));
            Assert.That(reader.DocumentId, Is.EqualTo(Digest.Of(reader.Manifest.Bytes)));
            Assert.That(reader.Size, Is.EqualTo(package.Length));
        }
    }

    [Test]
    public async Task The_check_gives_no_findings_and_the_package_id_for_an_intact_package()
    {
        var package = await SamplePackage.BytesAsync();
        using var reader = await SamplePackage.OpenAsync(package);

        var check = await reader.CheckAsync(CancellationToken.None);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(check.Findings, Is.Empty);
            Assert.That(await reader.CheckDigestsAsync(CancellationToken.None), Is.Empty);
            Assert.That(check.PackageId, Is.EqualTo(Digest.Of(package)));
            Assert.That(await reader.ComputePackageIdAsync(CancellationToken.None), Is.EqualTo(check.PackageId));
        }
    }

    [Test]
    public async Task The_writer_reports_size_and_digest_of_what_it_wrote()
    {
        var manifest = await PackageManifest.CreateAsync(SamplePackage.Parts, false, CancellationToken.None);
        var output = new MemoryStream();

        var written = await PackageWriter.WriteAsync(output, manifest, SamplePackage.Parts, SamplePackage.Signature, [], CancellationToken.None);

        Assert.That(written, Is.EqualTo(new WrittenPackage(Digest.Of(output.ToArray()), output.Length)));
    }

    [Test]
    public async Task The_same_contents_give_the_same_bytes_for_ever()
    {
        var package = await SamplePackage.BytesAsync(seals: 2);
        var golden = await File.ReadAllBytesAsync(SamplePackage.PathOf("golden-1.asice"));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Convert.ToHexStringLower(SHA256.HashData(golden)), Is.EqualTo(GoldenPackageId), "the golden file itself");
            Assert.That(package, Is.EqualTo(golden));
            Assert.That(await SamplePackage.FaultOfAsync(golden), Is.Null);
        }
    }

    [Test]
    public async Task A_second_independent_writer_makes_the_same_bytes()
    {
        var package = await SamplePackage.BytesAsync();

        Assert.That(RawZip.Write(await RawZip.EntriesAsync(package)), Is.EqualTo(package));
    }

    [Test]
    public async Task The_media_type_can_be_read_at_offset_38()
    {
        var package = await SamplePackage.BytesAsync();

        Assert.That(package.AsSpan(30, 39).ToArray(), Is.EqualTo("mimetypeapplication/vnd.etsi.asic-e+zip"u8.ToArray()));
    }

    [Test]
    public async Task A_manifest_stored_apart_can_still_be_packed()
    {
        var manifest = await PackageManifest.CreateAsync(SamplePackage.Parts, true, CancellationToken.None);

        var package = await SamplePackage.WriteAsync(PackageManifest.Parse(manifest.Bytes), SamplePackage.Parts, SamplePackage.Signature, 1);

        Assert.That(package, Is.EqualTo(await SamplePackage.BytesAsync()));
    }

    [Test]
    public async Task A_joint_issuer_adds_a_signature_and_the_document_id_stays()
    {
        using var source = await SamplePackage.OpenAsync(await SamplePackage.BytesAsync());
        var output = new MemoryStream();
        byte[] both = [.. SamplePackage.Signature, .. "and a second signer"u8];

        await PackageWriter.RewriteAsync(source, output, both, [SamplePackage.Seal, SamplePackage.Seal], CancellationToken.None);

        using var joint = await SamplePackage.OpenAsync(output.ToArray());
        using (Assert.EnterMultipleScope())
        {
            Assert.That(joint.DocumentId, Is.EqualTo(source.DocumentId));
            Assert.That(joint.Signature.ToArray(), Is.EqualTo(both));
            Assert.That(joint.Seals, Has.Count.EqualTo(2));
            Assert.That(await joint.CheckDigestsAsync(CancellationToken.None), Is.Empty);
        }
    }

    [Test]
    public async Task Rewriting_refuses_a_part_that_was_altered()
    {
        var package = await SamplePackage.BytesAsync();
        package[package.AsSpan().IndexOf(SamplePackage.Body)] ^= 1;
        using var source = await SamplePackage.OpenAsync(package);

        var fault = await Assert.ThrowsAsync<PackageFormatException>(() =>
            PackageWriter.RewriteAsync(source, new MemoryStream(), SamplePackage.Signature, [], CancellationToken.None));

        Assert.That(fault!.Code, Is.EqualTo(PackageFaults.PartChanged));
    }

    [Test]
    public async Task An_unsigned_draft_needs_the_flag_on_both_sides()
    {
        var drafts = new PackageLimits { AllowUnsigned = true };
        var manifest = await PackageManifest.CreateAsync(SamplePackage.Parts, false, CancellationToken.None);

        var refusal = await Assert.ThrowsAsync<PackageFormatException>(() => SamplePackage.WriteAsync(manifest, SamplePackage.Parts, []));
        var draft = await SamplePackage.WriteAsync(manifest, SamplePackage.Parts, [], seals: 1, limits: drafts);
        using var reader = await SamplePackage.OpenAsync(draft, drafts);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(refusal!.Code, Is.EqualTo(PackageFaults.EntryMissing));
            Assert.That(await SamplePackage.FaultOfAsync(draft), Is.EqualTo(PackageFaults.EntryMissing));
            Assert.That(reader.Signature.IsEmpty, Is.True);
            Assert.That(reader.Seals, Has.Count.EqualTo(1));
        }
    }

    [Test]
    public async Task A_part_that_changes_between_manifest_and_writing_is_named(
        [Values("%PDF-1.7 bodY", "%PDF-1.7 body and more", "%PDF")] string changed)
    {
        var manifest = await PackageManifest.CreateAsync(SamplePackage.Parts, false, CancellationToken.None);
        List<PackagePart> parts = [.. SamplePackage.Parts];
        parts[1] = parts[1] with { Open = () => new MemoryStream(System.Text.Encoding.ASCII.GetBytes(changed)) };

        var fault = await Assert.ThrowsAsync<PackageFormatException>(() => SamplePackage.WriteAsync(manifest, parts, SamplePackage.Signature));
        var parsed = await Assert.ThrowsAsync<PackageFormatException>(() => SamplePackage.WriteAsync(PackageManifest.Parse(manifest.Bytes), parts, SamplePackage.Signature));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(fault!.Code, Is.EqualTo(PackageFaults.PartChanged));
            Assert.That(fault.Chinese, Does.Contain("body/关于做好工作的意见.pdf"));
            Assert.That(parsed!.Code, Is.EqualTo(PackageFaults.PartChanged));
        }
    }

    [Test]
    public async Task Writing_refuses_parts_that_are_not_those_of_the_manifest()
    {
        var manifest = await PackageManifest.CreateAsync(SamplePackage.Parts, false, CancellationToken.None);

        var fault = await Assert.ThrowsAsync<PackageFormatException>(() => SamplePackage.WriteAsync(manifest, [.. SamplePackage.Parts.Take(3)], SamplePackage.Signature));

        Assert.That(fault!.Code, Is.EqualTo(PackageFaults.ManifestInvalid));
    }

    [Test]
    public async Task Entry_streams_seek_and_never_leave_their_entry()
    {
        using var reader = await SamplePackage.OpenAsync(await SamplePackage.BytesAsync());
        await using var body = reader.OpenEntry(reader.Body);
        var buffer = new byte[1000];

        body.Seek(-4, SeekOrigin.End);
        var atEnd = await body.ReadAsync(buffer);
        body.Position = 1_000_000;
        var beyond = await body.ReadAsync(buffer);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(atEnd, Is.EqualTo(4));
            Assert.That(beyond, Is.Zero);
            Assert.That(body.Length, Is.EqualTo(SamplePackage.Body.Length));
        }
    }

    [Test]
    public async Task Any_parts_come_back_as_they_went_in()
    {
        var name = Gen.Char["abcXYZ019 -_.%&'+#()~!@$^,;=[]{}公文附件〔〕（），。"].Array[1, 30].Select(letters => "文" + new string(letters) + "x");
        await Gen.Select(name, Gen.Byte.Array[0, 300]).Array[1, 6].SampleAsync(async files =>
        {
            var parts = files.Select((file, index) => index == 0
                ? PackagePart.Body(file.Item1, () => new MemoryStream(file.Item2))
                : PackagePart.Attachment(index, file.Item1, () => new MemoryStream(file.Item2))).Prepend(PackagePart.Metadata(SamplePackage.Metadata)).ToList();
            var manifest = await PackageManifest.CreateAsync(parts, false, CancellationToken.None);
            using var reader = await SamplePackage.OpenAsync(await SamplePackage.WriteAsync(manifest, parts, SamplePackage.Signature));
            var check = await reader.CheckAsync(CancellationToken.None);
            var back = new List<byte[]>();
            foreach (var entry in reader.Entries.Skip(1))
            {
                back.Add(await ContentOf(reader, entry));
            }

            return check.Findings.Count == 0
                && reader.Entries.Skip(1).Select(entry => entry.FileName).SequenceEqual(files.Select(file => file.Item1))
                && back.Zip(files).All(pair => pair.First.AsSpan().SequenceEqual(pair.Second.Item2));
        });
    }

    private static async Task<byte[]> ContentOf(PackageReader reader, PackageEntry entry)
    {
        await using var content = reader.OpenEntry(entry);
        var copy = new MemoryStream();
        await content.CopyToAsync(copy);
        return copy.ToArray();
    }
}
