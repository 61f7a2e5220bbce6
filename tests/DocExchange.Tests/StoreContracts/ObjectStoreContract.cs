using DocExchange.Hub.Objects;
using DocExchange.Trust.Digests;

namespace DocExchange.Tests.StoreContracts;

/// <summary>What every object store promises.</summary>
internal abstract class ObjectStoreContract
{
    protected static readonly ObjectStoreOptions Limits = new() { MaxSize = 1000 };

    protected abstract IObjectStore Open();

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(1000)]
    public async Task Gives_back_what_was_put(int size)
    {
        var bytes = new byte[size];
        new Random(size).NextBytes(bytes);

        var digest = await Open().PutAsync(bytes, default);

        Assert.That(digest, Is.EqualTo(Digest.Of(bytes)));
        Assert.That(Open().Get(digest), Is.EqualTo(bytes));
        Assert.That(Open().Contains(digest), Is.True);
    }

    [Test]
    public void Has_nothing_it_was_not_given()
    {
        Assert.That(Open().Get(Digest.Of([1])), Is.Null);
        Assert.That(Open().Contains(Digest.Of([1])), Is.False);
    }

    [Test]
    public async Task Takes_the_same_object_from_many_at_once()
    {
        var store = Open();
        byte[] bytes = [1, 2, 3];

        var digests = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => store.PutAsync(bytes, default)));

        Assert.That(digests, Is.All.EqualTo(Digest.Of(bytes)));
        Assert.That(store.Get(digests[0]), Is.EqualTo(bytes));
    }

    [Test]
    public async Task Refuses_an_object_over_the_limit() =>
        await Assert.ThrowsAsync<ObjectTooLargeException>(() => Open().PutAsync(new byte[1001], default));
}
