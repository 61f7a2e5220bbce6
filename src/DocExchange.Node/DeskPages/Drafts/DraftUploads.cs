using System.Globalization;
using DocExchange.Core.Offices;
using DocExchange.Core.Refusals;
using DocExchange.Core.Statements;
using DocExchange.Node.Desk;
using DocExchange.Node.DeskPages.Outbox;
using DocExchange.Node.Drafts;
using DocExchange.Node.Inbox;
using DocExchange.Node.Records;
using DocExchange.Pages.SigningIn;
using DocExchange.Trust.Containers;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;

namespace DocExchange.Node.DeskPages.Drafts;

/// <summary>
/// Files of drafts on their way in and out. An upload is announced with name and size, then comes in pieces that name their
/// offset; it goes on where it broke off. A browser without script sends the whole file as a form.
/// </summary>
internal static class DraftUploads
{
    private const long LargestPiece = 16 * 1024 * 1024;
    private const string Offset = "Upload-Offset";

    public static void Map(RouteGroupBuilder office)
    {
        var dispatcher = new AllowedAttribute(Roles.Dispatcher);
        var keeper = new AllowedAttribute(Roles.SealKeeper);
        var whole = new RequestSizeLimitAttribute(PackageLimits.Default.MaxPackageSize);
        office.MapPost("/drafts/{id}/files/new", AnnounceAsync).WithMetadata(dispatcher);
        office.MapMethods("/drafts/{id}/files/{number:int}", ["HEAD"], Head).WithMetadata(dispatcher);
        office.MapPut("/drafts/{id}/files/{number:int}", AppendAsync).WithMetadata(dispatcher, new RequestSizeLimitAttribute(LargestPiece));
        office.MapPost("/drafts/{id}/files", UploadAsync).WithMetadata(dispatcher, whole);
        office.MapPost("/drafts/{id}/files/{number:int}/remove", Remove).WithMetadata(dispatcher);
        office.MapGet("/drafts/{id}/files/{number:int}", Read).WithMetadata(dispatcher);
        office.MapGet("/drafts/{id}/part", OwnPartAsync).WithMetadata(dispatcher);
        office.MapGet("/drafts/{id}/package", OwnPackage).WithMetadata(dispatcher);
        office.MapPost("/drafts/{id}/package", TakeInAsync).WithMetadata(dispatcher, whole);
        office.MapGet("/sealing/{id}/part", AskedPartAsync).WithMetadata(keeper);
        office.MapGet("/sealing/{id}/package", AskedPackage).WithMetadata(keeper);
        office.MapPost("/sealing/foreign", TakeForeignAsync).WithMetadata(keeper, whole);
    }

    private static async Task<IResult> AnnounceAsync(string id, string name, long size, string kind, HttpContext http, IAntiforgery forms, Desktop desktop)
    {
        await forms.ValidateRequestAsync(http);
        var isBody = kind == "body";
        // The same file again: the upload that broke off goes on.
        var begun = desktop.Find(id).Files.FirstOrDefault(file => file.Name == name && file.Size == size && file.IsBody == isBody && desktop.Shelf.Received(id, file.Number) < size);
        var number = begun?.Number ?? desktop.Drafts.AddFile(desktop.Here, id, desktop.Dispatcher, name, size, isBody);
        if (size == 0)
        {
            await desktop.Shelf.AppendAsync(id, DraftBook.FileOf(desktop.Find(id), number), 0, Stream.Null, http.RequestAborted);
        }

        return Results.Json(new { number, received = desktop.Shelf.Received(id, number) }, statusCode: StatusCodes.Status201Created);
    }

    private static IResult Head(string id, int number, HttpContext http, Desktop desktop)
    {
        var file = DraftBook.FileOf(desktop.Find(id), number);
        http.Response.Headers[Offset] = desktop.Shelf.Received(id, file.Number).ToString(CultureInfo.InvariantCulture);
        return Results.NoContent();
    }

    private static async Task<IResult> AppendAsync(string id, int number, long offset, HttpContext http, IAntiforgery forms, Desktop desktop)
    {
        await forms.ValidateRequestAsync(http);
        var row = desktop.Find(id);
        DraftBook.RequireEditing(row);
        var received = await desktop.Shelf.AppendAsync(id, DraftBook.FileOf(row, number), offset, http.Request.Body, http.RequestAborted);
        http.Response.Headers[Offset] = received.ToString(CultureInfo.InvariantCulture);
        return Results.NoContent();
    }

    private static async Task<IResult> UploadAsync(string id, [FromForm] IFormFile file, [FromForm] string? kind, HttpContext http, Desktop desktop)
    {
        var number = desktop.Drafts.AddFile(desktop.Here, id, desktop.Dispatcher, Path.GetFileName(file.FileName), file.Length, kind == "body");
        await using var content = file.OpenReadStream();
        await desktop.Shelf.AppendAsync(id, DraftBook.FileOf(desktop.Find(id), number), 0, content, http.RequestAborted);
        return Results.Redirect($"/o/{desktop.Here.Local}/drafts/{id}");
    }

    private static IResult Remove(string id, int number, [FromForm] string? name, Desktop desktop)
    {
        // The name was on the button: what stands under this number by now may be another file.
        if (DraftBook.FileOf(desktop.Find(id), number).Name == name)
        {
            desktop.Drafts.RemoveFile(desktop.Here, id, desktop.Dispatcher, number);
        }

        return Results.Redirect($"/o/{desktop.Here.Local}/drafts/{id}");
    }

    private static IResult Read(string id, int number, HttpContext http, Desktop desktop)
    {
        var file = DraftBook.FileOf(desktop.Find(id), number);
        return desktop.Shelf.Received(id, number) == file.Size
            ? ServedFiles.Serve(http, desktop.Shelf.OpenRead(id, $"{number}"), file.Name)
            : throw new RefusedException(Refusal.WrongState, "该文件尚未传完。请在草稿中再次选择同一文件，将从中断处续传。", "The file is not complete. Choose the same file again in the draft: the upload goes on where it broke off.");
    }

    private static Task<IResult> OwnPartAsync(string id, string path, HttpContext http, Desktop desktop) => PartAsync(desktop.Find(id), path, http, desktop);

    private static Task<IResult> AskedPartAsync(string id, string path, HttpContext http, Desktop desktop, Sealing sealing) => PartAsync(sealing.AskedOf(desktop.Here, id), path, http, desktop);

    private static IResult OwnPackage(string id, Desktop desktop) => Package(desktop.Find(id), desktop);

    private static IResult AskedPackage(string id, Desktop desktop, Sealing sealing) => Package(sealing.AskedOf(desktop.Here, id), desktop);

    private static IResult Package(DraftRow row, Desktop desktop) =>
        Results.Stream(desktop.Shelf.OpenRead(row.Id, RequireFrozen(row)), MediaTypes.Unknown, $"{(DraftBook.FieldsOf(row).Number is { Length: > 0 } number ? number : row.Id)}.asice");

    private static async Task<IResult> PartAsync(DraftRow row, string path, HttpContext http, Desktop desktop)
    {
        var reader = await PackageReader.OpenAsync(desktop.Shelf.OpenRead(row.Id, RequireFrozen(row)), DraftStandings.Limits, http.RequestAborted);
        http.Response.RegisterForDispose(reader);
        var part = reader.Entries.FirstOrDefault(entry => entry.Path == path) ?? throw new RefusedException(Refusal.NotFound, "公文包中没有该文件。请回到公文页面，从所列文件中选取。", "The package has no such part. Go back to the document's page and choose one of the files listed.");
        return ServedFiles.Serve(http, reader.OpenEntry(part), Path.GetFileName(path), http.Request.Query.ContainsKey("save"));
    }

    private static async Task<IResult> TakeInAsync(string id, [FromForm] IFormFile file, HttpContext http, Desktop desktop, Sealing sealing)
    {
        await desktop.KeepAsync(file, path => sealing.TakeInAsync(desktop.Here, id, path, http.RequestAborted), http.RequestAborted);
        return Results.Redirect($"/o/{desktop.Here.Local}/drafts/{id}/frozen");
    }

    private static async Task<IResult> TakeForeignAsync([FromForm] IFormFile file, HttpContext http, Desktop desktop, Sealing sealing)
    {
        var id = "";
        await desktop.KeepAsync(file, async path => id = (await sealing.TakeForeignAsync(desktop.Here, path, desktop.Keeper, http.RequestAborted)).Id, http.RequestAborted);
        return Results.Redirect($"/o/{desktop.Here.Local}/sealing/{id}");
    }

    private static string RequireFrozen(DraftRow row) =>
        row.Package ?? throw new RefusedException(Refusal.WrongState, "公文尚未定稿，没有公文包。请先在草稿中定稿。", "The draft is not frozen, so there is no package. Freeze the draft first.");

    /// <summary>What every one of these needs: whose drafts, and who asks.</summary>
    internal sealed class Desktop(DeskPeople people, Visitor visitor, DraftBook drafts, DraftShelf shelf, PackageShelf packages, IOptions<DeskOptions> options)
    {
        public DraftBook Drafts => drafts;

        public DraftShelf Shelf => shelf;

        public PartyId Here => people.Hosted(visitor.Office);

        public Actor Dispatcher => visitor.ActAt(visitor.Office, [Roles.Dispatcher]);

        public Actor Keeper => visitor.ActAt(visitor.Office, [Roles.SealKeeper]);

        public DraftRow Find(string id) => drafts.Find(Here, id);

        /// <summary>A package handed in, as a file that is gone afterwards unless it was taken.</summary>
        public async Task KeepAsync(IFormFile file, Func<string, Task> take, CancellationToken cancellation)
        {
            if (file.Length > options.Value.MaxSize)
            {
                throw new RefusedException(Refusal.TooLarge, $"公文包超过 {options.Value.MaxSize} 字节。", $"The package is larger than {options.Value.MaxSize} bytes.");
            }

            var path = packages.NewDraftPath();
            try
            {
                await using (var target = DurableFile.Create(path))
                {
                    await file.CopyToAsync(target, cancellation);
                }

                await take(path);
            }
            finally
            {
                File.Delete(path);
            }
        }
    }
}
