"""What a page of a PDF is made of, from what the file itself knows: rulings, fills, fonts, sizes
and tags. Lengths are points of the page as it is displayed (or as it is read, where its text stands
sideways), with the origin at the top left."""
