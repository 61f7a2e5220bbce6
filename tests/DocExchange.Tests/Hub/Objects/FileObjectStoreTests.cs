using DocExchange.Durability;
using DocExchange.Hub.Objects;
using DocExchange.Tests.Durability;
using DocExchange.Tests.StoreContracts;
using DocExchange.Trust.Digests;

namespace DocExchange.Tests.Hub.Objects;

internal sealed class FileObjectStoreTests : ObjectStoreContract
{
    private TemporaryFolder folder = null!;

    [SetUp]
    public void MakeFolder() => folder = new TemporaryFolder();

    [TearDown]
    public void RemoveFolder() => folder.Dispose();

    [Test]
    public async Task Names_the_file_of_a_damaged_object_and_repairs_it_when_it_is_put_again()
    {
        var digest = await Open().PutAsync(new byte[] { 1, 2, 3 }, default);
        var path = folder.Under($"objects/{digest.ToString()[..2]}/{digest}");
        await File.WriteAllBytesAsync(path, [1, 2, 4]);

        Assert.That(() => Open().Get(digest), Throws.InstanceOf<ObjectDamagedException>().With.Property("Path").EqualTo(path).And.Property("Chinese").Contains("其 SHA-256 是"));

        await Open().PutAsync(new byte[] { 1, 2, 3 }, default);
        Assert.That(Open().Get(digest), Is.EqualTo(new byte[] { 1, 2, 3 }));
    }

    [Test]
    public async Task Keeps_what_it_reported_when_the_power_fails_after_any_operation()
    {
        var disk = new RecordingDisk();
        var store = new FileObjectStore("/objects", disk);
        for (var number = 0; number < 5; number++)
        {
            disk.Note((await store.PutAsync(new byte[3000 + number], default)).ToString());
        }

        for (var cut = 0; cut <= disk.Operations.Count; cut++)
        {
            var after = new FileObjectStore("/objects", disk.PowerlessAfter(cut, new Random(cut)));
            foreach (var promise in disk.Operations.Take(cut).OfType<Operation.Promise>())
            {
                Assert.That(after.Get(Digest.Parse(promise.What)), Is.Not.Null, $"after operation {cut}");
            }

            for (var number = 0; number < 5; number++)
            {
                Assert.That(after.Get(await after.PutAsync(new byte[3000 + number], default)), Has.Length.EqualTo(3000 + number));
            }
        }
    }

    protected override IObjectStore Open() => new FileObjectStore(folder.Under("objects"), new LocalDisk(), Limits);
}
