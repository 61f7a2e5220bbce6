using DocExchange.FaultTests.Disks;
using DocExchange.Hub.Catalogue;
using DocExchange.Hub.Operations;

namespace DocExchange.FaultTests.Writing;

/// <summary>A disk that fails, as a full one does, while the catalogue is opened.</summary>
internal sealed class CatalogueOpeningTests
{
    [Test]
    public async Task Keeps_the_catalogue_whose_disk_fails_while_it_is_opened()
    {
        var root = Directory.CreateTempSubdirectory("dx-opening-").FullName;
        try
        {
            var folder = new HubFolder(root);
            var (fault, settings) = (new WriteFault(), new HubSettings());
            await CatalogueFiles.Open(folder, settings, new FaultyDisk(fault)).DisposeAsync();
            var failures = 0;
            for (var failing = 0; await FailsAsync(folder, settings, fault, failing); failing++)
            {
                failures++;
                Assert.That(File.Exists(folder.Catalogue + ".damaged"), Is.False, $"{fault.Failed} failed");
                Assert.That(new FileInfo(folder.Catalogue).Length, Is.GreaterThan(0));
            }

            Assert.That(failures, Is.GreaterThan(1));
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    // False when there are not so many writes.
    private static async Task<bool> FailsAsync(HubFolder folder, HubSettings settings, WriteFault fault, int failing)
    {
        fault.Arm(failing, Moment.Before);
        try
        {
            await CatalogueFiles.Open(folder, settings, new FaultyDisk(fault)).DisposeAsync();
            return fault.Failed is not null;
        }
        catch (IOException)
        {
            return true;
        }
    }
}
