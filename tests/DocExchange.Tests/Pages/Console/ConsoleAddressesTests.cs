using DocExchange.Core.Statements;

namespace DocExchange.Tests.Pages.Console;

/// <summary>Each role at each address of the console.</summary>
internal sealed class ConsoleAddressesTests
{
    private static readonly AddressTable Table = new("""
        /                              everybody
        /sign-in                       anybody
        /files/{name}                  anybody
        /password                      everybody
        /welcome                       everybody
        /supervision                   supervisor
        /supervision/overdue           supervisor
        /supervision/ranking           supervisor
        /supervision/in-progress.xlsx  supervisor
        /supervision/overdue.xlsx      supervisor
        /supervision/ranking.xlsx      supervisor
        /archives                      archivist
        /archives/{Id}                 archivist supervisor
        /archives/{id}/report          archivist supervisor
        /archives/{id}/package         archivist supervisor
        /archives/{id}/dossier         archivist supervisor
        /archives/{id}/seals/{number:int}  archivist supervisor
        /health                        system security
        /offices                       system security
        /offices/{Id}                  system security
        /offices/import                system
        /invitations                   system
        /keys                          security
        /accounts                      system security
        /accounts/{Id}                 system security
        /trail                         audit
        /trail/export                  audit
        """);

    private TestConsole console = null!;

    [OneTimeSetUp]
    public async Task Open() => console = await TestConsole.StartAsync();

    [OneTimeTearDown]
    public async Task Close() => await console.DisposeAsync();

    [Test]
    public void Every_address_is_in_the_table() => Table.Covers(console.Endpoints);

    [TestCaseSource(typeof(Roles), nameof(Roles.All))]
    public async Task A_role_is_answered_where_the_table_says_so_and_nowhere_else(string role) => await Table.AskAllAsync(await console.SignInAsync("t-" + role, role), role);

    [Test]
    public async Task Whoever_has_not_signed_in_is_sent_to_do_so() => await Table.AskAllAsync(console.Browser(), null);
}
