using System.Buffers.Binary;
using CsCheck;
using DocExchange.Trust.Containers;
using DocExchange.Trust.Validation;

namespace DocExchange.Tests.Trust.Containers;

public sealed class AlteredPackageTests
{
    [Test]
    public async Task Every_flipped_bit_is_detected()
    {
        var package = await SamplePackage.BytesAsync();
        for (var bit = 0; bit < package.Length * 8; bit++)
        {
            var altered = package.ToArray();
            altered[bit / 8] ^= (byte)(1 << (bit % 8));

            if (Judge(altered) is null)
            {
                Assert.Fail($"bit {bit % 8} of byte {bit / 8} passes unnoticed");
            }
        }
    }

    [Test]
    public async Task Every_flipped_bit_is_detected_even_where_the_attacker_repairs_the_CRC()
    {
        var package = await SamplePackage.BytesAsync();
        using var original = await SamplePackage.OpenAsync(package);
        var entries = await RawZip.EntriesAsync(package);
        foreach (var target in entries)
        {
            for (var bit = 0; bit < target.Data.Length * 8; bit++)
            {
                target.Data[bit / 8] ^= (byte)(1 << (bit % 8));
                if (!await IsDetectedAsync(RawZip.Write(entries), original, target.Name))
                {
                    Assert.Fail($"bit {bit % 8} of byte {bit / 8} of {target.Name} passes unnoticed");
                }

                target.Data[bit / 8] ^= (byte)(1 << (bit % 8));
            }
        }
    }

    [Test]
    public async Task Every_truncation_is_detected()
    {
        var package = await SamplePackage.BytesAsync();
        for (var length = 0; length < package.Length; length++)
        {
            Assert.That(await SamplePackage.FaultOfAsync(package[..length]), Is.Not.Null, $"cut to {length} bytes");
        }

        Assert.That(await SamplePackage.FaultOfAsync(package[..^1]), Is.EqualTo(PackageFaults.Truncated));
    }

    [Test]
    public async Task Every_altered_part_is_named()
    {
        var package = await SamplePackage.BytesAsync();
        package[package.AsSpan().IndexOf(SamplePackage.Metadata)] ^= 1;
        package[package.AsSpan().IndexOf(SamplePackage.Body)] ^= 1;
        using var reader = await SamplePackage.OpenAsync(package);

        var findings = await reader.CheckDigestsAsync(CancellationToken.None);

        var altered = findings.Where(finding => finding.Code == PackageFaults.PartAltered).ToList();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(altered.Select(finding => finding.SubIndication), Is.EqualTo(new[] { SubIndication.HashFailure, SubIndication.HashFailure }));
            Assert.That(altered[0].Chinese, Does.Contain("metadata.xml"));
            Assert.That(altered[1].English, Does.Contain("body/关于做好工作的意见.pdf"));
            Assert.That(findings.Count(finding => finding.Code == PackageFaults.PartCrc), Is.EqualTo(2));
            Assert.That(findings.Count(finding => finding.Code == PackageFaults.PartSm3), Is.EqualTo(2));
        }
    }

    [Test]
    public async Task A_wrong_SM3_value_alone_is_a_finding()
    {
        var entries = await RawZip.EntriesAsync(await SamplePackage.BytesAsync());
        var manifest = entries.Single(entry => entry.Name == "META-INF/ASiCManifest.xml");
        var value = manifest.Data.AsSpan().IndexOf("urn:docexchange:package:1\">"u8) + 27;
        manifest.Data[value] = (byte)(manifest.Data[value] == 'A' ? 'B' : 'A');
        using var reader = await SamplePackage.OpenAsync(RawZip.Write(entries));

        var findings = await reader.CheckDigestsAsync(CancellationToken.None);

        Assert.That(findings.Select(finding => finding.Code), Is.EqualTo(new[] { PackageFaults.PartSm3 }));
    }

    [Test]
    public async Task A_wrong_CRC_of_a_part_alone_is_a_finding()
    {
        var package = await SamplePackage.BytesAsync();
        using var original = await SamplePackage.OpenAsync(package);
        Span<byte> crc = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(crc, original.AllEntries[2].Entry.Crc32);
        package[package.AsSpan().IndexOf(crc)] ^= 1;
        package[package.AsSpan().LastIndexOf(crc)] ^= 1;
        using var reader = await SamplePackage.OpenAsync(package);

        var findings = await reader.CheckDigestsAsync(CancellationToken.None);

        Assert.That(findings.Select(finding => (finding.Code, finding.SubIndication)), Is.EqualTo(new[] { (PackageFaults.PartCrc, SubIndication.FormatFailure) }));
    }

    [Test]
    public void Random_bytes_are_refused_and_nothing_worse() =>
        Gen.Byte.Array[0, 400].Sample(bytes => Judge(bytes) is not null, iter: 3_000);

    [Test]
    public void Random_bytes_before_a_valid_end_are_refused_and_nothing_worse() =>
        Gen.Select(Gen.Byte.Array[0, 400], Gen.Int[0, 300], Gen.Int[0, 400]).Sample((bytes, count, size) =>
        {
            var end = new byte[22];
            "PK\u0005\u0006"u8.CopyTo(end);
            BinaryPrimitives.WriteUInt16LittleEndian(end.AsSpan(10), (ushort)count);
            var directory = Math.Min(size, bytes.Length);
            BinaryPrimitives.WriteInt32LittleEndian(end.AsSpan(12), directory);
            BinaryPrimitives.WriteInt32LittleEndian(end.AsSpan(16), bytes.Length - directory);
            return Judge([.. bytes, .. end]) is not null;
        }, iter: 3_000);

    [Test]
    public async Task Mutated_packages_are_refused_and_nothing_worse()
    {
        var package = await SamplePackage.BytesAsync();
        var edit = Gen.Select(Gen.Int[0, package.Length - 1], Gen.Int[0, 2], Gen.Byte);
        edit.Array[1, 6].Sample(edits =>
        {
            var bytes = package.ToList();
            foreach (var (position, kind, value) in edits)
            {
                Mutate(bytes, Math.Min(position, bytes.Count - 1), kind, value);
            }

            return bytes.SequenceEqual(package) == (Judge([.. bytes]) is null);
        }, iter: 3_000);
    }

    [Test]
    public async Task Mutated_manifests_are_refused_or_another_document()
    {
        var manifest = await PackageManifest.CreateAsync(SamplePackage.Parts, true, CancellationToken.None);
        Gen.Select(Gen.Int[0, manifest.Bytes.Length - 1], Gen.Int[0, 2], Gen.Byte).Array[1, 4].Sample(edits =>
        {
            var bytes = manifest.Bytes.ToList();
            foreach (var (position, kind, value) in edits)
            {
                Mutate(bytes, Math.Min(position, bytes.Count - 1), kind, value);
            }

            try
            {
                return PackageManifest.Parse(bytes.ToArray()).DocumentId == manifest.DocumentId == bytes.SequenceEqual(manifest.Bytes);
            }
            catch (PackageFormatException)
            {
                return !bytes.SequenceEqual(manifest.Bytes);
            }
        }, iter: 3_000);
    }

    private static void Mutate(List<byte> bytes, int position, int kind, byte value)
    {
        switch (kind)
        {
            case 0:
                bytes[position] = value;
                break;
            case 1:
                bytes.Insert(position, value);
                break;
            default:
                bytes.RemoveAt(position);
                break;
        }
    }

    // Anything but a PackageFormatException ends the test.
    private static string? Judge(byte[] bytes)
    {
        try
        {
            using var reader = SamplePackage.OpenAsync(bytes).GetAwaiter().GetResult();
            return reader.CheckDigestsAsync(CancellationToken.None).GetAwaiter().GetResult().FirstOrDefault()?.Code;
        }
        catch (PackageFormatException fault)
        {
            return fault.Code;
        }
    }

    private static async Task<bool> IsDetectedAsync(byte[] altered, PackageReader original, string path)
    {
        try
        {
            using var reader = await SamplePackage.OpenAsync(altered);
            return await ShowsAsync(reader, original, path);
        }
        catch (PackageFormatException)
        {
            return true;
        }
    }

    private static async Task<bool> ShowsAsync(PackageReader reader, PackageReader original, string path) =>
        path switch
        {
            // Theirs to judge: whoever verifies them sees other bytes.
            "META-INF/signature.p7s" => !reader.Signature.Span.SequenceEqual(original.Signature.Span),
            "META-INF/seal-1.ses" => !reader.Seals[0].Span.SequenceEqual(original.Seals[0].Span),

            // The signature is over the manifest.
            "META-INF/ASiCManifest.xml" => reader.DocumentId != original.DocumentId,
            _ => (await reader.CheckDigestsAsync(CancellationToken.None)).Any(finding => finding.Code == PackageFaults.PartAltered),
        };
}
