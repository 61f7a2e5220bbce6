using DocExchange.Core.Operating;
using DocExchange.Node.Enrolling;
using DocExchange.Node.Keys;
using DocExchange.Node.Records;

namespace DocExchange.Tests.Node.Enrolling;

/// <summary>Old keys or new ones, after a crash at any step, and never a mixture.</summary>
public sealed class KeyRenewalTests
{
    [Test]
    public void Changes_nothing_while_the_new_keys_are_not_whole()
    {
        using var site = new NodeSite();
        KeyRenewal.NextOf(site.Folder).Create();
        File.WriteAllText(Path.Combine(KeyRenewal.NextOf(site.Folder).Keys, "tls.p8"), "half");

        KeyRenewal.Finish(site.Folder);

        Assert.That(() => KeyRing.Open(site.Folder, NodeFile.Read(site.Folder)).Dispose(), Throws.Nothing);
    }

    [TestCase(false)]
    [TestCase(true)]
    public void Takes_over_whole_new_keys_after_a_crash_between_any_two_steps(bool oldAreAside)
    {
        using var site = new NodeSite();
        var next = KeyRenewal.NextOf(site.Folder);
        next.Create();
        (site.Node with { Name = "renewed" }).Write(Path.Combine(next.Keys, "node.json"));
        File.WriteAllText(Path.Combine(next.Keys, "new"), "");
        if (oldAreAside)
        {
            Directory.Move(site.Folder.Keys, Path.Combine(site.Folder.Root, "keys-before-1"));
        }

        KeyRenewal.Finish(site.Folder);
        KeyRenewal.Finish(site.Folder);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(NodeFile.Read(site.Folder).Name, Is.EqualTo("renewed"));
            Assert.That(Directory.GetFiles(site.Folder.Keys).Select(Path.GetFileName), Is.EqualTo(new[] { "new" }));
            Assert.That(File.Exists(Path.Combine(site.Folder.Root, "keys-before-1", "tls.p8")), Is.True);
        }
    }

    [Test]
    public void Is_refused_while_statements_of_the_old_keys_wait()
    {
        using var site = new NodeSite();
        using (var records = new NodeRecords(site.Folder))
        {
            records.Write(() => records.Queue.Insert(new QueuedRow { Id = 1, Chain = "x", Statement = "x", Type = "x", Issuer = "x", Cms = [1] }));
        }

        Assert.That(() => KeyRenewal.RequireNothingQueued(site.Folder), Throws.TypeOf<FailedException>().With.Property(nameof(FailedException.English)).Contain("1 statements"));
    }
}
