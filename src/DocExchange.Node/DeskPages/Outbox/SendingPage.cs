using DocExchange.Core.Documents;
using DocExchange.Core.Offices;
using DocExchange.Core.Statements;
using DocExchange.Node.Desk;
using DocExchange.Node.Offices;
using DocExchange.Pages.Layout;
using Microsoft.AspNetCore.Components;

namespace DocExchange.Node.DeskPages.Outbox;

/// <summary>What the pages of the sending side have in common: the office of the address, its directory, and what a form holds.</summary>
public abstract class SendingPage : Page
{
    private protected const int PageLength = 50;

    /// <summary>Local id of the office, part of the address.</summary>
    [Parameter]
    public string Office { get; set; } = "";

    [Inject]
    private DeskPeople People { get; set; } = null!;

    [Inject]
    private DirectoryCopy Directories { get; set; } = null!;

    private protected PartyId Here => People.Hosted(Office);

    private protected OfficeDirectory? Offices => Directories.FindNewest();

    private protected string At(long milliseconds) => At(DateTimeOffset.FromUnixTimeMilliseconds(milliseconds));

    private protected string NameOf(PartyId office) => Offices?.Find(office)?.Name ?? office.ToString();

    private protected string ShortNameOf(PartyId office) => Offices?.Find(office) is { } found ? found.ShortName : office.ToString();

    private protected string TypeName(string code) =>
        DocumentTypes.TryFromCode(code, out var type) || Names.TryParse(code, out type) ? Name(type) : Name(DocumentType.Internal);

    private protected string Name(DocumentType type) => Language.IsEnglish ? type.English() : type.Chinese();

    private protected bool MayDispatch => Visitor.Has(Roles.Dispatcher);

    private protected Actor Dispatcher => Visitor.ActAt(Office, [Roles.Dispatcher]);

    /// <summary>A field of the form that was sent; empty where it was not.</summary>
    private protected string Typed(string name) => Http.Request.HasFormContentType ? Http.Request.Form[name].ToString() : "";

    private protected IReadOnlyList<string> TypedAll(string name) => Http.Request.HasFormContentType ? [.. Http.Request.Form[name].OfType<string>()] : [];

    private protected bool IsPost => HttpMethods.IsPost(Http.Request.Method);

    private protected static string Size(long bytes) => bytes switch
    {
        < 1024 => $"{bytes} B",
        < 1024 * 1024 => $"{bytes / 1024.0:0.#} KiB",
        _ => $"{bytes / 1048576.0:0.#} MiB",
    };
}
