using DocExchange.Node;

return await Verbs.InvokeAsync(args);
