using System.ComponentModel.DataAnnotations;
using DocExchange.Core.Documents;
using DocExchange.Core.Operating;
using DocExchange.Core.Refusals;

namespace DocExchange.Node.Desk;

/// <summary>What the desk lets its people do. Section <c>Desk</c> of settings.json.</summary>
internal sealed class DeskOptions
{
    /// <summary>How long an act waits for the hub's acknowledgement before it is answered as queued.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00")]
    public TimeSpan AcknowledgementWait { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Files of one document, the body included.</summary>
    [Range(1, 199)]
    public int MaxFiles { get; set; } = 190;

    /// <summary>Endings of the files that may be bodies (正文), without dots, apart by commas. The hub's <c>bodyTypes</c> have the last word.</summary>
    [Required, Form(@"[a-z0-9]{1,10}(,[a-z0-9]{1,10})*", "文件扩展名，以逗号分隔，如 ofd,pdf,txt", "endings of file names apart by commas, such as ofd,pdf,txt")]
    public string BodyTypes { get; set; } = BodyKinds.Usual;

    public BodyKinds Bodies => BodyKinds.Of(BodyTypes.Split(','));

    /// <summary>Bytes of all files of one document together, and of a package handed in.</summary>
    [Range(1024, 4L * 1024 * 1024 * 1024 - 1)]
    public long MaxSize { get; set; } = 4L * 1024 * 1024 * 1024 - 1;

    /// <summary>KiB of a document's metadata.xml.</summary>
    [Range(1, 1024)]
    public int MaxMetadataKiB { get; set; } = 1024;

    /// <summary>Names in an addressing, of offices and groups.</summary>
    [Range(1, 2_500)]
    public int MaxNames { get; set; } = 2_500;

    /// <summary>Drafts an office may have at a time.</summary>
    [Range(1, 10_000)]
    public int MaxDrafts { get; set; } = 500;

    /// <summary>The time zone of the site: a difference to UTC, or a name the machine knows.</summary>
    [Required]
    public string TimeZone { get; set; } = "+08:00";

    /// <summary>A seal takes the approval of two different seal keepers.</summary>
    public bool TwoPersonSealing { get; set; }

    /// <summary>Path of a program that is told of each 特急 document that arrives; empty: none. See README.</summary>
    public string NotifyCommand { get; set; } = "";

    /// <summary>How long that program may take before it is ended.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:05:00")]
    public TimeSpan NotifyTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <exception cref="RefusedException">A body of this name is none of the types.</exception>
    public void RequireBody(string fileName) => Require(Bodies.FaultOf(fileName));

    /// <exception cref="RefusedException">It is empty, or another kind of file than its name says.</exception>
    public static void RequireBodyContent(string fileName, string path)
    {
        using var content = File.OpenRead(path);
        RequireBodyContent(fileName, content);
    }

    /// <inheritdoc cref="RequireBodyContent(string, string)"/>
    public static void RequireBodyContent(string fileName, Stream content) => Require(BodyKinds.FaultOf(fileName, content));

    private static void Require((string Chinese, string English)? fault)
    {
        if (fault is { } known)
        {
            throw new RefusedException(Refusal.Disagreement, known.Chinese, known.English);
        }
    }
}
