namespace DocExchange.Durability;

/// <summary>
/// LiteDB's data file. A checkpoint copies every version of every page from the log, in the order of their writing: of a
/// thousand, seven to ten in a hundred are the last of their page, and only they are written.
/// </summary>
internal sealed class DataStream(IDiskFile file, PageGate gate, PageFault fault) : PageStream(file, gate, fault, PagesHeld, gate.Overwrite)
{
    // LiteDB makes a checkpoint after a thousand pages, 8 MiB.
    private const int PagesHeld = 1024;
}
