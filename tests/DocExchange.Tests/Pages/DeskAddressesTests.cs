using DocExchange.Core.Statements;
using DocExchange.Tests.Pages.Sending;

namespace DocExchange.Tests.Pages;

/// <summary>Each role at each address of the desk.</summary>
internal sealed class DeskAddressesTests
{
    private static readonly AddressTable Table = new("""
        /                                       everybody
        /sign-in                                anybody
        /files/{name}                           anybody
        /api/v1/openapi.json                    anybody
        /password                               everybody
        /trail                                  audit
        /trail/export                           audit
        /alarms                                 system security
        /o/{Office}/welcome                     everybody
        /o/{Office}/inbox                       clerk reader
        /o/{Office}/in/{Id}                     clerk reader
        /o/{Office}/in/{document}/body          clerk reader
        /o/{Office}/in/{document}/report        clerk reader
        /o/{Office}/in/{document}/package       clerk reader
        /o/{Office}/in/{document}/dossier       clerk reader
        /o/{Office}/in/{document}/files/{number:int}   clerk reader
        /o/{Office}/in/{document}/print/{number:int}   clerk reader
        /o/{Office}/in-sheets                   clerk reader
        /o/{Office}/in-register                 clerk reader archivist
        /o/{Office}/in-register.xlsx            clerk reader archivist
        /o/{Office}/outbox                      dispatcher supervisor reader archivist
        /o/{Office}/out/{Document}              dispatcher supervisor reader archivist
        /o/{Office}/out/{document}/body         dispatcher supervisor reader archivist
        /o/{Office}/out/{document}/package      dispatcher supervisor reader archivist
        /o/{Office}/out/{document}/dossier      dispatcher supervisor reader archivist
        /o/{Office}/out/{document}/board.xlsx   dispatcher supervisor reader archivist
        /o/{Office}/out/{Document}/resend       dispatcher
        /o/{Office}/registers/out               dispatcher supervisor reader archivist
        /o/{Office}/registers/out.xlsx          dispatcher supervisor reader archivist
        /o/{Office}/drafts                      dispatcher
        /o/{Office}/drafts/{Id}                 dispatcher
        /o/{Office}/drafts/{Id}/recipients      dispatcher
        /o/{Office}/drafts/{Id}/frozen          dispatcher
        /o/{Office}/drafts/{id}/part            dispatcher
        /o/{Office}/drafts/{id}/package         dispatcher
        /o/{Office}/drafts/{id}/files/{number:int}     dispatcher
        /o/{Office}/sealing                     seal-keeper
        /o/{Office}/sealing/{Id}                seal-keeper
        /o/{Office}/sealing/{id}/part           seal-keeper
        /o/{Office}/sealing/{id}/package        seal-keeper
        /o/{Office}/sealing/register            seal-keeper supervisor
        /o/{Office}/sealing/register.xlsx       seal-keeper supervisor
        /o/{Office}/seals                       seal-keeper
        /o/{Office}/people                      office-administrator system
        /o/{Office}/people/{Id}                 office-administrator system
        /o/{Office}/people/{Id}/handover        office-administrator
        /o/{Office}/tokens                      office-administrator
        """);

    private TestDesk desk = null!;

    [OneTimeSetUp]
    public async Task Open() => desk = await SendingDesk.StartAsync();

    [OneTimeTearDown]
    public async Task Close() => await desk.DisposeAsync();

    [Test]
    public void Every_address_is_in_the_table() => Table.Covers(desk.Endpoints);

    [TestCaseSource(typeof(Roles), nameof(Roles.All))]
    public async Task A_role_is_answered_where_the_table_says_so_and_nowhere_else(string role) =>
        await Table.AskAllAsync(await desk.SignInAsync("t-" + role, role, office: role is Roles.System or Roles.Security or Roles.Audit ? "" : "fgw"), role);

    [Test]
    public async Task Whoever_has_not_signed_in_is_sent_to_do_so() => await Table.AskAllAsync(desk.Browser(), null);

    [Test]
    public async Task A_role_at_another_office_is_none_here()
    {
        var browser = await desk.SignInAsync("t-elsewhere", Roles.Dispatcher, "bgs");
        await Table.AskAllAsync(browser, "none");
    }
}
