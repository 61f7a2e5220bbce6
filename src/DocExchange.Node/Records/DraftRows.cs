namespace DocExchange.Node.Records;

internal enum DraftStage
{
    /// <summary>拟稿: its fields and files may change.</summary>
    Editing,

    /// <summary>定稿: the manifest is frozen; issuers sign and seal it, then it is sent.</summary>
    Frozen,
}

/// <summary>A document in the making (拟稿), until it is sent or thrown away.</summary>
internal sealed class DraftRow
{
    public required string Id { get; set; }

    public required string Office { get; set; }

    /// <summary>Office and last change, newest first: what lists go by.</summary>
    public required string Key { get; set; }

    public DraftStage Stage { get; set; }

    /// <summary>A local Draft message: what was typed, right or wrong.</summary>
    public required byte[] Fields { get; set; }

    public List<DraftFileRow> Files { get; set; } = [];

    /// <summary>Counts changes, so that nobody overwrites what somebody else has just saved.</summary>
    public int Version { get; set; }

    public required string ChangedBy { get; set; }

    public long ChangedAt { get; set; }

    /// <summary>Why the predecessor is replaced, for a 更正重印件.</summary>
    public string ReplaceReason { get; set; } = "";

    /// <summary>Why an issuer sent it back; empty otherwise.</summary>
    public string SentBack { get; set; } = "";

    /// <summary>The 发文字号 kept for it; null where none is.</summary>
    public string? Reserved { get; set; }

    /// <summary>The 公文标识 kept for it; null where none is.</summary>
    public string? Identifier { get; set; }

    /// <summary>Document id its number and identifier are kept under; that of the frozen manifest while it is frozen.</summary>
    public string? Document { get; set; }

    /// <summary>Name of the frozen package in the draft's folder.</summary>
    public string? Package { get; set; }

    public List<DraftPartRow> Parts { get; set; } = [];

    public List<SealStepRow> Steps { get; set; } = [];

    public string AskedBy { get; set; } = "";

    public long AskedAt { get; set; }

    /// <summary>Handed in by another node's office for an issuer here to sign; it is not sent from here.</summary>
    public bool IsForeign { get; set; }
}

/// <summary>A file of a draft. It is complete when the file on disk has this size.</summary>
internal sealed class DraftFileRow
{
    public int Number { get; set; }

    public required string Name { get; set; }

    public long Size { get; set; }

    /// <summary>正文; otherwise an attachment, in the order of the list.</summary>
    public bool IsBody { get; set; }
}

/// <summary>What the frozen manifest says of one file.</summary>
internal sealed class DraftPartRow
{
    public required string Path { get; set; }

    public required string MediaType { get; set; }

    public long Size { get; set; }

    public required string Sha256 { get; set; }
}

/// <summary>What is awaited of one issuer, in the order of the document.</summary>
internal sealed class SealStepRow
{
    public required string Office { get; set; }

    public required string Name { get; set; }

    public bool NeedsSeal { get; set; }

    /// <summary>Its keys are here, so its seal keeper decides at this desk.</summary>
    public bool IsHere { get; set; }

    public bool IsDone { get; set; }

    /// <summary>Those who approved so far, as id and name.</summary>
    public List<string> Approvals { get; set; } = [];
}

/// <summary>A line of the 用印登记簿: a seal was put under a document. Never changed.</summary>
internal sealed class SealUseRow
{
    public required string Id { get; set; }

    public required string Office { get; set; }

    public long At { get; set; }

    public required string Document { get; set; }

    public required string Number { get; set; }

    public required string Title { get; set; }

    /// <summary>Number and name of the seal.</summary>
    public required string Seal { get; set; }

    public required string AskedBy { get; set; }

    public required string ApprovedBy { get; set; }
}

/// <summary>What the 发文登记簿 says of a sent document beyond its line in the outbox, by document id.</summary>
internal sealed class SentRow
{
    public required string Id { get; set; }

    /// <summary>序号 in the year of the office.</summary>
    public int Serial { get; set; }

    public required string Signers { get; set; }

    public required string To { get; set; }

    public required string Copied { get; set; }

    public int? Copies { get; set; }

    public required string By { get; set; }
}

/// <summary>A 更正重印件 on its way; its predecessor is superseded when the hub has accepted it. By the new document's id.</summary>
internal sealed class SuccessionRow
{
    public required string Id { get; set; }

    public required string Office { get; set; }

    public required string Replaced { get; set; }

    public required string Reason { get; set; }

    public required string ActorId { get; set; }

    public required string ActorName { get; set; }

    public required string ActorRole { get; set; }

    public required string ActorSignIn { get; set; }
}
