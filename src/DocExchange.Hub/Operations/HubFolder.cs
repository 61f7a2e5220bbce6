using DocExchange.Durability;

namespace DocExchange.Hub.Operations;

/// <summary>Where things lie in the hub's data folder.</summary>
internal sealed record HubFolder(string Root)
{
    /// <summary>As a verb was given it.</summary>
    /// <exception cref="Durability.Upgrades.UpgradeException">Its data are of a later version; nothing was touched.</exception>
    public static HubFolder Of(string data)
    {
        var root = Path.GetFullPath(data);
        HubData.Form.RequireKnown(root);
        return new HubFolder(root);
    }

    public string Settings => Path.Combine(Root, "hub.json");

    public string DataVersion => Path.Combine(Root, Durability.Upgrades.DataVersion.FileName);

    /// <summary>What the site demands of signatures; written by the site.</summary>
    public string Policy => Path.Combine(Root, SitePolicy.FileName);

    /// <summary>The site's certification authorities; absent where an external CA is used and after they were taken offline.</summary>
    public string Authority => Path.Combine(Root, "authority");

    public string SealMaker => Path.Combine(Authority, "seal-maker.p12");

    /// <summary>The certificates of that key, this one and earlier ones, as PEM.</summary>
    public string SealMakerCertificates => Path.Combine(Authority, "seal-maker.pem");

    /// <summary>What an outside authority is to certify: requests, and the profile of each beside it.</summary>
    public string Requests => Path.Combine(Root, "requests");

    public string Keys => Path.Combine(Root, "keys");

    public string Password => Path.Combine(Root, "secrets", "key-password");

    /// <summary>The bound below which the hub's own time-stamps are numbered.</summary>
    public string TimestampSerial => Path.Combine(Keys, "tsa.serial");

    /// <summary>The truth.</summary>
    public string Ledger => Path.Combine(Root, "ledger");

    /// <summary>Checkpoints with the cosignatures of witnesses.</summary>
    public string Witnessed => Path.Combine(Root, "witnessed");

    public string Objects => Path.Combine(Root, "objects");

    public string Spool => Path.Combine(Root, "spool");

    public string Archive => Path.Combine(Root, "archive");

    /// <summary>Derived from the ledger, disposable.</summary>
    public string Catalogue => Path.Combine(Root, "catalogue.litedb");

    /// <summary>The full-text index: derived, disposable.</summary>
    public string Search => Path.Combine(Root, "search");

    public string SearchIndex => Path.Combine(Search, "index");

    /// <summary>Copies of packages and bodies while they are read; emptied at the start.</summary>
    public string Scratch => Path.Combine(Root, "scratch");

    /// <summary>What a process that was killed left there.</summary>
    public void EmptyScratch()
    {
        if (Directory.Exists(Scratch))
        {
            Directory.Delete(Scratch, recursive: true);
        }
    }

    /// <summary>Working hours, holidays and days worked in exchange; written by the site.</summary>
    public string Calendar => Path.Combine(Root, "calendar.txt");

    public string Site => Path.Combine(Root, "site.litedb");

    /// <summary>Acts by persons; hash-chained, its head in the ledger.</summary>
    public string AuditTrail => Path.Combine(Root, "audit.log");

    /// <summary>Who may sign in.</summary>
    public string People => Path.Combine(Root, "people.litedb");

    /// <summary>The keys that encrypt the cookies of the pages.</summary>
    public string CookieKeys => Path.Combine(Root, "page-keys");

    /// <summary>The certificate the program makes itself for its pages, with its key.</summary>
    public string PagesCertificate => Path.Combine(Root, "pages-tls.pem");

    public string PagesSettings => Path.Combine(Root, "pages.json");

    public Pages.PagesFiles PagesFiles => new(People, CookieKeys, PagesCertificate);

    public string Socket => Path.Combine(Root, "hub.sock");

    public string Log => Path.Combine(Root, "log");

    /// <inheritdoc cref="Durability.Upgrades.DataForm.Claim"/>
    public SingleProcess Claim() => HubData.Form.Claim(Root);
}
