using DocExchange.Core.Operating;
using DocExchange.Durability;
using DocExchange.Durability.Upgrades;

namespace DocExchange.Node.Records;

/// <summary>Where a node keeps everything: one process, one folder. Readable by its owner only.</summary>
internal sealed class DataFolder
{
    public const string DatabaseName = "node.litedb";

    /// <summary>sockaddr_un takes 108 bytes with the closing zero (unix(7)).</summary>
    private const int MaxSocketPath = 107;

    private readonly string keys;

    public DataFolder(string root, string keys = "keys")
    {
        this.keys = keys;
        Root = Path.GetFullPath(root);
        if (System.Text.Encoding.UTF8.GetByteCount(Socket) > MaxSocketPath)
        {
            throw new FailedException(
                "SETUP",
                $"套接字的路径 {Socket} 超过 {MaxSocketPath} 字节。请选用路径较短的数据目录。",
                $"The path of the socket, {Socket}, is longer than {MaxSocketPath} bytes. Choose a data folder with a shorter path.");
        }
    }

    /// <summary>As a verb was given it.</summary>
    /// <exception cref="UpgradeException">Its data are of a later version; nothing was touched.</exception>
    public static DataFolder Of(string data)
    {
        var folder = new DataFolder(data);
        NodeData.Form.RequireKnown(folder.Root);
        return folder;
    }

    public string Root { get; }

    public string Keys => Path.Combine(Root, keys);

    public string Secrets => Path.Combine(Root, "secrets");

    public string KeyPassword => Path.Combine(Secrets, "key-password");

    public string Packages => Path.Combine(Root, "packages");

    /// <summary>Files of documents in the making, one folder each.</summary>
    public string Drafts => Path.Combine(Root, "drafts");

    public string Objects => Path.Combine(Root, "objects");

    /// <summary>Checkpoints that contradict each other, as the hub signed them. Never overwritten.</summary>
    public string Evidence => Path.Combine(Root, "evidence");

    /// <summary>Bodies while their words are read; empty when the node starts.</summary>
    public string Scratch => Path.Combine(Root, "scratch");

    public string Log => Path.Combine(Root, "log");

    public string Database => Path.Combine(Root, DatabaseName);

    /// <summary>Who may sign in.</summary>
    public string People => Path.Combine(Root, "people.litedb");

    /// <summary>The keys that encrypt the cookies of the pages.</summary>
    public string CookieKeys => Path.Combine(Root, "page-keys");

    /// <summary>The certificate the program makes itself for its pages, with its key.</summary>
    public string PagesCertificate => Path.Combine(Root, "pages-tls.pem");

    /// <summary>What the site demands of signatures; written by the site.</summary>
    public string Policy => Path.Combine(Root, SitePolicy.FileName);

    public string Settings => Path.Combine(Root, "settings.json");

    public string PagesSettings => Path.Combine(Root, "pages.json");

    /// <summary>Acts by persons, hash-chained.</summary>
    public string AuditTrail => Path.Combine(Root, "audit.log");

    public string Socket => Path.Combine(Root, "node.sock");

    /// <summary>Written last when a node is enrolled; while it is missing, the node is not.</summary>
    public string NodeFile => Path.Combine(Root, "node.json");

    public string DataVersion => Path.Combine(Root, Durability.Upgrades.DataVersion.FileName);

    /// <inheritdoc cref="DataForm.Claim"/>
    public SingleProcess Claim() => NodeData.Form.Claim(Root);

    public void EmptyScratch()
    {
        if (Directory.Exists(Scratch))
        {
            Directory.Delete(Scratch, recursive: true);
        }
    }

    public void Create()
    {
        foreach (var folder in new[] { Root, Keys, Secrets, Packages, Drafts, Objects, Evidence, Log })
        {
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }
}
