using DocExchange.Core.Refusals;
using DocExchange.Core.Statements;
using DocExchange.Hub.Archiving;
using DocExchange.Hub.Catalogue;
using DocExchange.Hub.Delivery;
using DocExchange.Hub.Dossiers;
using DocExchange.Pages.SigningIn;
using DocExchange.Trust.Containers;
using DocExchange.Trust.Seals;
using Microsoft.Net.Http.Headers;

namespace DocExchange.Hub.ConsolePages.Archives;

/// <summary>What of a document is taken away as a file, or shown as a picture.</summary>
internal static class ArchiveDownloads
{
    private const int MaxName = 80;

    public static void Map(IEndpointRouteBuilder site)
    {
        var allowed = new AllowedAttribute(Roles.Archivist, Roles.Supervisor);
        site.MapGet("/archives/{id}/package", Package).WithMetadata(allowed);
        site.MapGet("/archives/{id}/dossier", DossierAsync).WithMetadata(allowed);
        ArchiveReport.Map(site);
        site.MapGet("/archives/{id}/seals/{number:int}", SealAsync).WithMetadata(allowed);
    }

    private static IResult Package(string id, ArchiveVisits visits, Visitor visitor, PackageDelivery packages)
    {
        var document = visits.Open(id, visitor, "console package");
        return Results.Stream(packages.Open(document), "application/vnd.etsi.asic-e+zip", NameOf(document));
    }

    private static Task DossierAsync(string id, ArchiveVisits visits, Visitor visitor, DossierDesk desk, HttpContext http)
    {
        var document = visits.Open(id, visitor, "console dossier");
        return desk.IssueAsync(
            document.Id.ToString(),
            caller: null,
            office: null,
            dossier =>
            {
                var disposition = new ContentDispositionHeaderValue("attachment");
                disposition.SetHttpFileName(dossier.FileName);
                http.Response.Headers.ContentDisposition = disposition.ToString();
                http.Response.ContentType = "application/zip";
                http.Response.ContentLength = dossier.Size;
                return dossier.WriteToAsync(http.Response.Body, http.RequestAborted);
            },
            http.RequestAborted);
    }

    private static async Task<IResult> SealAsync(string id, int number, ArchiveVisits visits, Visitor visitor, SeekablePackages packages, HttpContext http)
    {
        var document = visits.Open(id, visitor, "console seal");
        if (await packages.OpenAsync(document, preferArchive: false, http.RequestAborted) is not { } stream)
        {
            return Results.NotFound();
        }

        using var package = await PackageReader.OpenAsync(stream, PackageLimits.Default, http.RequestAborted);
        if (number < 1 || number > package.Seals.Count)
        {
            return Results.NotFound();
        }

        try
        {
            var picture = SealSignature.Parse(package.Seals[number - 1]).Seal.Picture;
            // The picture was made by others: a browser that is led to it directly shows it, and runs nothing in it.
            http.Response.Headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'; sandbox";
            return picture.DisplayType is { } type ? Results.Bytes(picture.Data.ToArray(), type) : Results.NotFound();
        }
        catch (SealFormatException fault)
        {
            throw new RefusedException(Refusal.FormatFailure, fault.Message, fault.Message);
        }
    }

    private static string NameOf(DocumentSnapshot document)
    {
        var name = string.Concat($"{document.Number} {document.Title}".Trim().Select(letter => char.IsControl(letter) || "/\\:*?\"<>|".Contains(letter) ? '_' : letter));
        return (name.Length > MaxName ? name[..MaxName] : name) + ".asice";
    }
}
