using System.Diagnostics;
using DocExchange.Trust.Containers;

namespace DocExchange.Tests.Trust.Containers;

[NonParallelizable]
public sealed class PackageMemoryTests
{
    private const long Size = 256L << 20;

    [Test]
    public async Task Memory_stays_flat_whatever_the_size_of_an_attachment()
    {
        var folder = Directory.CreateTempSubdirectory("docexchange-package-");
        try
        {
            IReadOnlyList<PackagePart> parts =
            [
                PackagePart.Metadata(SamplePackage.Metadata),
                PackagePart.Body("body.pdf", () => new MemoryStream(SamplePackage.Body)),
                PackagePart.Attachment(1, "large.bin", () => new GeneratedStream(Size)),
            ];
            var path = Path.Combine(folder.FullName, "large.asice");
            var before = GC.GetTotalAllocatedBytes(precise: true);

            var hashing = Stopwatch.StartNew();
            var manifest = await PackageManifest.CreateAsync(parts, withSm3: false, CancellationToken.None);
            hashing.Stop();
            var writing = Stopwatch.StartNew();
            var written = await WriteAsync(path, manifest, parts);
            writing.Stop();
            var checking = Stopwatch.StartNew();
            using var reader = await PackageReader.OpenAsync(File.OpenRead(path), PackageLimits.Default, CancellationToken.None);
            var check = await reader.CheckAsync(CancellationToken.None);
            checking.Stop();

            var allocated = GC.GetTotalAllocatedBytes(precise: true) - before;
            await TestContext.Out.WriteLineAsync(
                $"{allocated / 1024} KiB allocated; manifest {Rate(hashing)}, write {Rate(writing)}, check {Rate(checking)} MiB/s");
            using (Assert.EnterMultipleScope())
            {
                Assert.That(allocated, Is.LessThan(8 << 20));
                Assert.That(check.Findings, Is.Empty);
                Assert.That(check.PackageId, Is.EqualTo(written.PackageId));
                Assert.That(written.Size, Is.GreaterThan(Size));
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<WrittenPackage> WriteAsync(string path, PackageManifest manifest, IReadOnlyList<PackagePart> parts)
    {
        await using var output = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 0, FileOptions.Asynchronous);
        return await PackageWriter.WriteAsync(output, manifest, parts, SamplePackage.Signature, [SamplePackage.Seal], CancellationToken.None);
    }

    private static long Rate(Stopwatch time) => (long)((Size >> 20) / time.Elapsed.TotalSeconds);

    /// <summary>Bytes from nowhere, the same every time, that cost next to nothing to make.</summary>
    private sealed class GeneratedStream(long length) : Stream
    {
        private static readonly byte[] Pattern = MakePattern();

        private long position;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => length;

        public override long Position { get => position; set => throw new NotSupportedException(); }

        public override int Read(Span<byte> buffer)
        {
            var offset = (int)(position % Pattern.Length);
            var count = (int)Math.Min(Math.Min(buffer.Length, length - position), Pattern.Length - offset);
            Pattern.AsSpan(offset, count).CopyTo(buffer);
            position += count;
            return count;
        }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => new(Read(buffer.Span));

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        private static byte[] MakePattern()
        {
            var pattern = new byte[1_000_003];
            new Random(7).NextBytes(pattern);
            return pattern;
        }
    }
}
