using DocExchange.Pages;
using DocExchange.Tests.Durability;
using Microsoft.Extensions.Configuration;

namespace DocExchange.Tests.Pages;

internal sealed class PagesSetupTests
{
    [Test]
    public void A_hub_or_node_watches_no_file_below_its_folder()
    {
        using var folder = new TemporaryFolder();
        IConfigurationBuilder configuration = PagesSetup.CreateBuilder(folder.Path).Configuration;

        var files = configuration.Sources.OfType<FileConfigurationSource>().ToList();
        Assert.That(files, Is.Not.Empty);
        Assert.That(files.Where(file => file.ReloadOnChange), Is.Empty);
    }
}
