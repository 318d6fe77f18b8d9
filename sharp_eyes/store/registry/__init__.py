"""Who and what there is: cameras, divisions, users, nodes' statuses and orders, each change a revision."""
