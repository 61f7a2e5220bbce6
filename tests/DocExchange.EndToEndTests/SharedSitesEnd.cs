using DocExchange.EndToEndTests.Site;

namespace DocExchange.EndToEndTests;

/// <summary>After the last test nobody borrows a site any more.</summary>
[SetUpFixture]
internal sealed class SharedSitesEnd
{
    [OneTimeTearDown]
    public async Task EndAsync()
    {
        await SharedSites.EndAllAsync();
        await SiteTemplates.EndAllAsync();
    }
}
