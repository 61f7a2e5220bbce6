using DocExchange.Durability;
using DocExchange.Node;
using DocExchange.Node.Auditing;
using DocExchange.Tests.Node;

namespace DocExchange.Tests.Durability;

internal sealed class SingleProcessTests
{
    [Test]
    public async Task Nobody_else_runs_or_audits_a_node_that_is_running()
    {
        using var site = new NodeSite();
        site.Node.Write(site.Folder);
        File.WriteAllText(site.Folder.Socket, "");
        using (SingleProcess.Claim(site.Folder.Root))
        {
            await Assert.ThrowsAsync<FolderInUseException>(() => NodeApplication.RunAsync(site.Folder, null, CancellationToken.None));
            await Assert.ThrowsAsync<FolderInUseException>(() => StoreAudit.RunAsync(site.Folder, CancellationToken.None));
            Assert.That(File.Exists(site.Folder.Socket), Is.True, "the socket of the one that runs");
        }

        Assert.That((await StoreAudit.RunAsync(site.Folder, CancellationToken.None)).Passed, Is.True);
    }
}
