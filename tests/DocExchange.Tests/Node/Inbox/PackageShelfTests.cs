using DocExchange.Core.Documents;
using DocExchange.Node.Inbox;
using DocExchange.Node.Records;
using DocExchange.Trust.Digests;

namespace DocExchange.Tests.Node.Inbox;

internal sealed class PackageShelfTests
{
    private NodeSite site = null!;
    private NodeRecords records = null!;
    private PackageShelf shelf = null!;

    [SetUp]
    public void Open()
    {
        site = new NodeSite();
        records = new NodeRecords(site.Folder);
        shelf = new PackageShelf(site.Folder);
    }

    [TearDown]
    public void Close()
    {
        records.Dispose();
        site.Dispose();
    }

    [Test]
    public void Sweeps_drafts_and_packages_that_no_document_needs_and_nothing_else()
    {
        var (wanted, uploading, orphan) = (Id(1), Id(2), Id(3));
        File.WriteAllText(shelf.NewDraftPath(), "a crash came");
        Publish(orphan);
        Publish(uploading);
        records.Write(() => records.Uploads.Upsert(new UploadRow { Id = uploading.ToString(), Document = NodeSite.Document(2).ToString() }));
        foreach (var part in new[] { wanted, orphan })
        {
            using var opened = shelf.OpenPart(part);
        }

        records.Write(() => records.Packages.Upsert(new PackageRow { Id = NodeSite.Document(1).ToString(), Package = wanted.ToString() }));
        File.WriteAllText(Path.Combine(site.Folder.Packages, "note.txt"), "the operator's own");

        shelf.Sweep(records);

        Assert.That(
            Directory.GetFiles(site.Folder.Packages).Select(Path.GetFileName), Is.EquivalentTo(new[] { wanted + ".part", uploading.ToString(), "note.txt" }));
    }

    [Test]
    public void Discards_a_package_unless_a_document_needs_it()
    {
        var (needed, unneeded) = (Id(1), Id(2));
        Publish(needed);
        Publish(unneeded);
        records.Write(() => records.Packages.Upsert(new PackageRow { Id = NodeSite.Document(1).ToString(), Package = needed.ToString() }));

        shelf.Discard(needed, records);
        shelf.Discard(unneeded, records);

        Assert.That((shelf.Has(needed), shelf.Has(unneeded)), Is.EqualTo((true, false)));
    }

    private static PackageId Id(byte number) => new(Digest.Of([number]));

    private void Publish(PackageId package)
    {
        var draft = shelf.NewDraftPath();
        File.WriteAllText(draft, "content");
        shelf.Publish(draft, package);
    }
}
