using DocExchange.Core.Statements;
using DocExchange.Hub.Catalogue;
using DocExchange.Hub.Operations;

namespace DocExchange.Tests.Pages.Console;

/// <summary>系统状态 as the system administrator sees it.</summary>
public sealed class HealthPageTests
{
    [Test]
    public async Task Tells_the_versions_of_program_data_and_catalogue()
    {
        await using var console = await TestConsole.StartAsync();

        var page = await (await console.SignInAsync("sys", Roles.System)).GetAsync("/health");
        await console.Hub.RestartAfterAsync(() => File.WriteAllText(console.Hub.Folder.DataVersion, "7\nDocExchange hub 0.0.7\n"));
        var status = console.Hub.Get<HubOverview>().Status();

        using (Assert.EnterMultipleScope())
        {
            Assert.That((status.Version, status.DataVersion, status.DataProgram, status.CatalogueForm), Is.EqualTo((HubOverview.Version, 7u, "DocExchange hub 0.0.7", (uint)CatalogueForm.Current)));
            Assert.That(page.Text, Does.Contain($"第 1 版（DocExchange hub {HubOverview.Version}），目录库第 {CatalogueForm.Current} 式"));
        }
    }
}
