using System.Text;
using DocExchange.Hub.Archiving;
using DocExchange.Trust.Digests;

namespace DocExchange.Tests.StoreContracts;

/// <summary>What every archive promises, whatever it is made of.</summary>
internal abstract class ArchiveStoreContract
{
    protected const string January = "2026-01";
    protected const string February = "2026-02";

    /// <summary>Small limits, so that small packages are large ones here.</summary>
    protected static readonly ArchiveOptions SmallLimits = new() { WholeUpTo = 40_000, PieceSize = 16_000, TransactionSize = 64_000, FreeSpaceReserve = 0, OpenVolumes = 2 };

    /// <summary>The archive, over what earlier calls in the same test left behind.</summary>
    protected abstract IArchiveStore Open();

    protected abstract void Close(IArchiveStore archive);

    [Test]
    public async Task Gives_back_a_small_and_a_large_package_byte_for_byte()
    {
        var archive = Open();
        var (small, smallBytes) = Package(1, 10_000);
        var (large, largeBytes) = Package(2, 150_001);

        var archived = await archive.AddPackagesAsync([small, large], January, default);

        Assert.That(archived, Is.EqualTo(new[] { new ArchivedPackage(small.PackageId, January), new ArchivedPackage(large.PackageId, January) }));
        Close(archive);
        archive = Open();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Read(archive, small.PackageId), Is.EqualTo(smallBytes));
            Assert.That(Read(archive, large.PackageId), Is.EqualTo(largeBytes));
            Assert.That(archive.Contains(large.PackageId), Is.True);
            Assert.That(await archive.VerifyVolumeAsync(January, default), Is.Empty);
        }

        Close(archive);
    }

    [Test]
    public void Has_nothing_of_a_package_it_was_not_given()
    {
        var archive = Open();

        Assert.That(archive.Contains(Digest.Of([1])), Is.False);
        Assert.That(archive.OpenPackage(Digest.Of([1])), Is.Null);
        Assert.That(archive.AllPackages(), Is.Empty);
        Close(archive);
    }

    [Test]
    public async Task Archives_a_package_once_and_keeps_its_volume()
    {
        var archive = Open();
        var (package, bytes) = Package(3, 100_000);
        await archive.AddPackageAsync(package, January, default);

        var again = await archive.AddPackagesAsync([package, package], February, default);

        Assert.That(again, Is.All.EqualTo(new ArchivedPackage(package.PackageId, January)));
        Assert.That(archive.AllPackages(), Is.EqualTo(new[] { (package.PackageId, January) }));
        Assert.That(Read(archive, package.PackageId), Is.EqualTo(bytes));
        Close(archive);
    }

    [TestCase(10_000)]
    [TestCase(100_000)]
    public async Task Refuses_a_source_that_is_not_the_package(int size)
    {
        var archive = Open();
        var (package, bytes) = Package(4, size);
        bytes[size / 2] ^= 1;
        var damaged = package with { Open = () => new MemoryStream(bytes) };
        var cut = package with { Open = () => new MemoryStream(bytes[..^1]) };
        var longer = package with { Open = () => new MemoryStream([.. bytes, 0]) };

        foreach (var source in new[] { damaged, cut, longer })
        {
            await Assert.ThrowsAsync<ArchiveSourceException>(() => archive.AddPackageAsync(source, January, default));
        }

        Assert.That(archive.Contains(package.PackageId), Is.False);
        bytes[size / 2] ^= 1;
        await archive.AddPackageAsync(package, January, default);
        Assert.That(Read(archive, package.PackageId), Is.EqualTo(bytes));
        Close(archive);
    }

    [Test]
    public async Task Keeps_statements_with_the_package_of_their_document_in_ledger_order()
    {
        var archive = Open();
        var (package, _) = Package(5, 1000);
        await archive.AddPackageAsync(package, January, default);
        var statements = Enumerable.Range(0, 300).Select(index => Statement(index * 3, package.DocumentId)).ToList();
        var elsewhere = Statement(7, Digest.Of([9]));

        await archive.AddStatementsAsync([.. statements[150..], elsewhere], February, default);
        await archive.AddStatementsAsync(statements[..200], February, default);

        var found = await All(archive.Statements(package.DocumentId));
        Assert.That(found.Select(statement => statement.LedgerIndex), Is.EqualTo(statements.Select(statement => statement.LedgerIndex)));
        Assert.That(found, Is.All.Property(nameof(ArchivedStatement.Volume)).EqualTo(January));
        Assert.That(Encoding.UTF8.GetString(found[299].Entry.Span), Is.EqualTo("entry 897"));
        Assert.That((await All(archive.Statements(elsewhere.DocumentId))).Single().Volume, Is.EqualTo(February));
        Assert.That(await archive.VerifyVolumeAsync(January, default), Is.Empty);
        Close(archive);
    }

    [Test]
    public async Task Gives_statements_from_several_volumes_in_ledger_order_each_once()
    {
        var archive = Open();
        var (package, _) = Package(6, 1000);
        await archive.AddStatementsAsync([.. Enumerable.Range(0, 200).Where(index => index % 2 == 0 || index < 20).Select(index => Statement(index, package.DocumentId))], February, default);
        await archive.AddPackageAsync(package, January, default);
        await archive.AddStatementsAsync([.. Enumerable.Range(0, 200).Where(index => index % 2 == 1 || index < 20).Select(index => Statement(index, package.DocumentId))], February, default);

        var found = await All(archive.Statements(package.DocumentId));

        Assert.That(found.Select(statement => statement.LedgerIndex), Is.EqualTo(Enumerable.Range(0, 200)));
        Close(archive);
    }

    [Test]
    public async Task Writes_nothing_to_a_closed_volume_and_reads_it()
    {
        var archive = Open();
        var (package, bytes) = Package(7, 100_000);
        await archive.AddPackageAsync(package, January, default);
        await archive.AddStatementsAsync([Statement(1, package.DocumentId)], January, default);

        var manifest = await archive.CloseVolumeAsync(January, default);

        Assert.That(await archive.CloseVolumeAsync(January, default), Is.EqualTo(manifest));
        await archive.AddStatementsAsync([Statement(2, package.DocumentId)], February, default);
        Assert.That(await archive.AddPackageAsync(package, February, default), Is.EqualTo(new ArchivedPackage(package.PackageId, January)));
        Close(archive);
        archive = Open();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(manifest, Has.Property("Packages").EqualTo(1).And.Property("Statements").EqualTo(1));
            Assert.That(Read(archive, package.PackageId), Is.EqualTo(bytes));
            Assert.That((await All(archive.Statements(package.DocumentId))).Select(statement => statement.Volume), Is.EqualTo(new[] { January, February }));
            Assert.That(await archive.VerifyVolumeAsync(January, default), Is.Empty);
            Assert.That(await archive.CloseVolumeAsync(January, default), Is.EqualTo(manifest));
        }

        Close(archive);
    }

    [Test]
    public async Task Goes_on_in_a_continuation_when_the_volume_of_the_period_is_closed()
    {
        var archive = Open();
        var (first, _) = Package(20, 1000);
        await archive.AddPackageAsync(first, January, default);
        await archive.CloseVolumeAsync(January, default);
        for (var number = 2; number <= 11; number++)
        {
            var (package, _) = Package(20 + number, 1000);
            Assert.That((await archive.AddPackageAsync(package, January, default)).Volume, Is.EqualTo($"{January}-{number}"));
            await archive.AddStatementsAsync([Statement(number, first.DocumentId)], January, default);
            await archive.CloseVolumeAsync($"{January}-{number}", default);
        }

        await archive.AddPackageAsync(Package(40, 1000).Package, February, default);
        Close(archive);
        archive = Open();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(archive.Volumes, Is.EqualTo((string[])[January, .. Enumerable.Range(2, 10).Select(number => $"{January}-{number}"), February]));
            Assert.That((await All(archive.Statements(first.DocumentId))).Select(statement => statement.Volume), Is.EqualTo(Enumerable.Range(2, 10).Select(number => $"{January}-{number}")));
            Assert.That((archive.StageOf(January), archive.StageOf(February)), Is.EqualTo((VolumeStage.Closed, VolumeStage.Open)));
            Assert.That(await archive.VerifyVolumeAsync($"{January}-11", default), Is.Empty);
        }

        Close(archive);
    }

    [Test]
    public async Task Lists_every_package_by_volume_over_many_volumes()
    {
        var archive = Open();
        var expected = new List<(Digest, string)>();
        for (var month = 1; month <= 6; month++)
        {
            var period = $"2025-{month:D2}";
            var packages = Enumerable.Range(0, 5).Select(number => Package((month * 100) + number, 100 + number).Package).ToList();
            await archive.AddPackagesAsync(packages, period, default);
            expected.AddRange(packages.Select(package => package.PackageId).Order().Select(id => (id, period)));
        }

        Assert.That(archive.Volumes, Is.EqualTo(Enumerable.Range(1, 6).Select(month => $"2025-{month:D2}")));
        Assert.That(archive.AllPackages(), Is.EqualTo(expected));
        Close(archive);
    }

    [Test]
    public async Task Serves_readers_while_it_writes()
    {
        var archive = Open();
        var (first, bytes) = Package(10, 120_000);
        await archive.AddPackageAsync(first, January, default);
        var writing = Task.Run(async () =>
        {
            for (var number = 0; number < 40; number++)
            {
                await archive.AddPackageAsync(Package(1000 + number, 50_000).Package, January, default);
            }
        });

        var reads = 0;
        do
        {
            Assert.That(Read(archive, first.PackageId), Is.EqualTo(bytes));
            reads++;
        }
        while (!writing.IsCompleted);
        await writing;

        Assert.That(reads, Is.GreaterThan(1));
        Assert.That(archive.AllPackages().Count(), Is.EqualTo(41));
        Close(archive);
    }

    [TestCase("2026")]
    [TestCase("2026-13")]
    [TestCase("../2026-01")]
    public async Task Refuses_a_period_that_is_no_month(string period)
    {
        var archive = Open();

        await Assert.ThrowsAsync<ArgumentException>(() => archive.AddPackageAsync(Package(11, 10).Package, period, default));
        Close(archive);
    }

    protected static (ArchivePackage Package, byte[] Bytes) Package(int seed, int size)
    {
        var bytes = new byte[size];
        new Random(seed).NextBytes(bytes);
        var package = new ArchivePackage(Digest.Of(bytes), Digest.Of(BitConverter.GetBytes(seed)), size, () => new MemoryStream(bytes), $"京政发〔2026〕{seed}号", "关于公文交换的通知", "市政府办公厅", "2026-01-05T08:00:00Z");
        return (package, bytes);
    }

    protected static ArchiveStatement Statement(long index, Digest documentId) => new(index, documentId, "SignedFor", Encoding.UTF8.GetBytes($"entry {index}"));

    protected static byte[]? Read(IArchiveStore archive, Digest packageId)
    {
        using var stream = archive.OpenPackage(packageId);
        if (stream is null)
        {
            return null;
        }

        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }

    protected static async Task<List<ArchivedStatement>> All(IAsyncEnumerable<ArchivedStatement> statements)
    {
        var all = new List<ArchivedStatement>();
        await foreach (var statement in statements)
        {
            all.Add(statement);
        }

        return all;
    }
}
