using DocExchange.Durability;
using DocExchange.Hub.Stamping;
using DocExchange.Tests.Durability;
using Microsoft.Extensions.Time.Testing;

namespace DocExchange.Tests.Hub.Stamping;

[TestFixture]
public sealed class SerialFileTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 20, 8, 0, 0, TimeSpan.Zero);

    [Test]
    public void Grows_across_blocks_restarts_and_a_clock_set_back()
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "tsa.serial");
        var first = new SerialFile(path, new LocalDisk(), new FakeTimeProvider(Now));
        var given = Enumerable.Range(0, 2500).Select(_ => first.Next()).ToList();

        var second = new SerialFile(path, new LocalDisk(), new FakeTimeProvider(Now.AddYears(-1)));
        given.AddRange([second.Next(), second.Next()]);

        Assert.That(given, Is.Unique);
        Assert.That(given, Is.Ordered);
    }

    [Test]
    public void Goes_on_behind_what_was_given_when_an_old_folder_is_restored()
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "tsa.serial");
        new SerialFile(path, new LocalDisk(), new FakeTimeProvider(Now)).Next();
        var backup = File.ReadAllBytes(path);
        var lost = new SerialFile(path, new LocalDisk(), new FakeTimeProvider(Now.AddDays(1))).Next();
        File.WriteAllBytes(path, backup);

        var restored = new SerialFile(path, new LocalDisk(), new FakeTimeProvider(Now.AddDays(2))).Next();

        Assert.That(restored, Is.GreaterThan(lost));
    }

    [Test]
    public void Reserves_its_numbers_on_disk_before_it_gives_one()
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "tsa.serial");

        var given = new SerialFile(path, new LocalDisk(), new FakeTimeProvider(Now)).Next();

        Assert.That(System.Numerics.BigInteger.Parse(File.ReadAllText(path)), Is.GreaterThan(given));
    }

    [TestCase("")]
    [TestCase("12a")]
    [TestCase("-5")]
    [TestCase("11111111111111111111111111111111111111111")]
    public void Gives_none_from_a_damaged_file(string content)
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "tsa.serial");
        File.WriteAllText(path, content);

        Assert.That(() => new SerialFile(path, new LocalDisk(), new FakeTimeProvider(Now)).Next(), Throws.InstanceOf<IOException>().With.Message.Contains("damaged"));
    }
}
