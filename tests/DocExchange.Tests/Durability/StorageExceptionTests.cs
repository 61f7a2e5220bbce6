using DocExchange.Durability;
using DocExchange.Trust.Faults;

namespace DocExchange.Tests.Durability;

/// <summary>A disk that takes nothing is told from one that fails, and a full one from one that is read-only.</summary>
internal sealed class StorageExceptionTests
{
    private const int NoSpace = 28;
    private const int ReadOnly = 30;
    private const int InputOutput = 5;

    [TestCase(NoSpace, "磁盘空间不足", "full")]
    [TestCase(ReadOnly, "只读", "read-only")]
    public void Says_what_the_disk_has_against_it_and_where(int errno, string chinese, string english)
    {
        var meant = StorageException.Of(new IOException("x", errno), "/data/a", "a file could not be opened")!;

        using (Assert.EnterMultipleScope())
        {
            Assert.That(meant.Path, Is.EqualTo("/data/a"));
            Assert.That(FaultWords.Of(meant), Does.Contain(chinese).And.Contain("/data/a"));
            Assert.That(meant.Message, Does.Contain(english).And.Contain("/data/a").And.Contain("could not be opened"));
            Assert.That(FaultWords.Of(new IOException("x", errno)), Does.Contain(chinese), "Also where nobody has told them apart.");
        }
    }

    [Test]
    public void Is_found_however_it_was_wrapped_and_nowhere_else()
    {
        var bare = new IOException("Read-only file system", ReadOnly);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(StorageException.CauseOf(new IOException("The ledger failed.", new AggregateException(new InvalidOperationException("y"), bare))), Is.TypeOf<StorageReadOnlyException>());
            Assert.That(StorageException.CauseOf(new StorageFullException("/a", "b")), Is.TypeOf<StorageFullException>());
            Assert.That(StorageException.CauseOf(new IOException("Input/output error", InputOutput)), Is.Null);
            Assert.That(StorageException.CauseOf(null), Is.Null);
        }
    }
}
